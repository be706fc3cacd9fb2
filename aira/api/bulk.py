"""Create many rows in one request. Rows are created or refused one by one, and the response lists the outcomes."""

from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from aira.api.problems import problem
from aira.api.request_bodies import Serializer
from aira.schema.errors import is_lost

MOST = 100


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


class ItemsSerializer(Serializer):
    """Body of a bulk request."""

    default_error_messages = {"invalid": HOW}

    items = serializers.ListField(
        child=serializers.DictField(),
        min_length=1,
        max_length=MOST,
        error_messages=dict.fromkeys(("required", "null", "not_a_list", "empty", "min_length", "max_length"), HOW),
    )


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
        made = sum("item" in result for result in results)
        body = {"made": made, "refused": len(results) - made, "results": results}
        return Response(body, 201 if made == len(results) else 207)

    def result(self, index: int, item: dict[str, Any]) -> dict[str, Any]:
        """Create one row and return its outcome."""
        try:
            with transaction.atomic():
                row = self.make_one(item)
                return {"index": index, "status": 201, "item": self.representation(row)}  # type: ignore[attr-defined]
        except Exception as error:
            # A lost connection rolls back the whole transaction, including the rows before this one.
            answer = None if is_lost(error) else problem(error, {"sent": item})
            if answer is None:
                raise
            return {"index": index, "status": answer.status_code, "problem": answer.data}

    def make_one(self, item: Any) -> Any:
        """Create a row and return it as it is stored."""
        raise NotImplementedError
