"""Create or change many rows in one request. Each is handled separately, and the response lists the outcomes."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from aira.api.problems import problem
from aira.api.request_bodies import Serializer
from aira.schema.errors import is_lost

MOST = 100


class BulkRefused(APIException):
    """Raised if an atomic request has a refused item. The transaction is rolled back.

    Attributes:
        results: the outcomes of all items. Those that were not refused have the status 424.
    """

    status_code = 409
    default_code = "bulk_refused"

    def __init__(self, results: list[dict[str, Any]]) -> None:
        refused = [str(one["index"]) for one in results if "problem" in one]
        some = ", ".join(refused[:10]) + (", …" if len(refused) > 10 else "")
        super().__init__(
            f"Nothing was saved, because the request is atomic and {len(refused)} of {len(results)} items were"
            f" refused: {some}. Correct or remove them, or send `atomic` as false."
        )
        self.results = [one if "problem" in one else undone(one) for one in results]


def undone(result: dict[str, Any]) -> dict[str, Any]:
    """Return the outcome of an item that was rolled back because of another one."""
    return {name: result[name] for name in ("index", "id") if name in result} | {"status": 424}


class ItemSerializer(serializers.Serializer):
    """Outcome of one row: either `item` or `problem`."""

    index = serializers.IntegerField(help_text="Index of the row in the request")
    status = serializers.IntegerField(help_text="Status that a request with this row alone would have had")
    item = serializers.DictField(required=False, help_text="The stored row")
    problem = serializers.DictField(required=False, help_text="The refusal as a problem")


class ResultsSerializer(serializers.Serializer):
    """Outcomes of all rows."""

    made = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = ItemSerializer(many=True)


# The braces are doubled twice, because the framework formats the text.
HOW = f'Send the rows as {{{{"items": [{{{{…}}}}, …]}}}}, 1 to {MOST} of them.'


ATOMIC = "Whether one refused item prevents all others. The status is then 409, and nothing is saved"


class Atomic(serializers.BooleanField):
    """Member `atomic` of a bulk request, which is a JSON boolean."""

    def to_internal_value(self, data: Any) -> bool:
        """Return the value. A text such as "false" is refused, since somebody would expect another meaning."""
        if not isinstance(data, bool):
            raise serializers.ValidationError("Send true or false.")
        return data


class ItemsSerializer(Serializer):
    """Body of a bulk request."""

    default_error_messages = {"invalid": HOW}

    items = serializers.ListField(
        child=serializers.DictField(),
        min_length=1,
        max_length=MOST,
        error_messages=dict.fromkeys(("required", "null", "not_a_list", "empty", "min_length", "max_length"), HOW),
    )
    atomic = Atomic(default=False, help_text=ATOMIC)


class Bulk:
    """Mixin of resources whose rows `make_one` creates. `bulk_verb` is the verb of the scope that a key needs."""

    bulk_verb = "create"

    @extend_schema(request=ItemsSerializer, responses={201: ResultsSerializer, 207: ResultsSerializer})
    @action(detail=False, methods=["post"], serializer_class=ItemsSerializer, answers_row=False)
    def bulk(self, request: Request) -> Response:
        """Create up to 100 rows.

        One refused row does not stop the others. Status 201 if all were created, otherwise 207.
        """
        sent = ItemsSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        results = [self.result(index, item) for index, item in enumerate(sent.validated_data["items"])]
        made = count_done(results, atomic=sent.validated_data["atomic"])
        body = {"made": made, "refused": len(results) - made, "results": results}
        return Response(body, 201 if made == len(results) else 207)

    def result(self, index: int, item: dict[str, Any]) -> dict[str, Any]:
        """Create one row and return its outcome."""

        def make() -> dict[str, Any]:
            row = self.make_one(item)
            return {"status": 201, "item": self.representation(row)}  # type: ignore[attr-defined]

        return {"index": index} | attempt(make, {"sent": item})

    def make_one(self, item: Any) -> Any:
        """Create a row and return it as it is stored."""
        raise NotImplementedError


def attempt(do: Callable[[], dict[str, Any]], context: dict[str, Any]) -> dict[str, Any]:
    """Return what `do` returns, or the status and the problem if it is refused. It is then rolled back.

    Args:
        context: what the problem is about, as in `aira.api.problems.problem`.
    """
    try:
        with transaction.atomic():
            return do()
    except Exception as error:
        # A lost connection rolls back the whole transaction, including the rows before this one.
        answer = None if is_lost(error) else problem(error, context)
        if answer is None:
            raise
        etag = {"etag": answer["ETag"]} if "ETag" in answer else {}
        return {"status": answer.status_code, "problem": answer.data} | etag


def count_done(results: list[dict[str, Any]], *, atomic: bool) -> int:
    """Return how many items were not refused. Raises BulkRefused if the request is atomic and one was."""
    done = sum("problem" not in result for result in results)
    if atomic and done < len(results):
        raise BulkRefused(results)
    return done
