"""Many rows in one request: each is made or refused for itself, and the answer says which."""

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
    """Exactly one of `item` and `problem`."""

    index = serializers.IntegerField(help_text="Its place in what was sent")
    status = serializers.IntegerField(help_text="What a request of its own would have been answered")
    item = serializers.DictField(required=False, help_text="The row as it is stored")
    problem = serializers.DictField(required=False, help_text="Why it was refused")


class ResultsSerializer(serializers.Serializer):
    made = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = ItemSerializer(many=True)


# The framework formats it.
HOW = f'Send the rows as {{{{"items": [{{{{…}}}}, …]}}}}, 1 to {MOST} of them.'


class ItemsSerializer(Serializer):
    default_error_messages = {"invalid": HOW}

    items = serializers.ListField(
        child=serializers.DictField(),
        min_length=1,
        max_length=MOST,
        error_messages=dict.fromkeys(("required", "null", "not_a_list", "empty", "min_length", "max_length"), HOW),
    )


class Bulk:
    """Mixin of resources that are made by `make_one`; bulk_verb: what a key has to be allowed."""

    bulk_verb = "create"

    @extend_schema(request=ItemsSerializer, responses={201: ResultsSerializer, 207: ResultsSerializer})
    @action(detail=False, methods=["post"], serializer_class=ItemsSerializer, answers_row=False)
    def bulk(self, request: Request) -> Response:
        """Makes up to 100; what is refused keeps nothing else from being made. 201 when all are made, else 207."""
        sent = ItemsSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        results = [self.result(index, item) for index, item in enumerate(sent.validated_data["items"])]
        made = sum("item" in result for result in results)
        body = {"made": made, "refused": len(results) - made, "results": results}
        return Response(body, 201 if made == len(results) else 207)

    def result(self, index: int, item: dict[str, Any]) -> dict[str, Any]:
        try:
            with transaction.atomic():
                row = self.make_one(item)
                return {"index": index, "status": 201, "item": self.representation(row)}  # type: ignore[attr-defined]
        except Exception as error:
            # With its connection the whole transaction is gone, and the items before this one.
            answer = None if is_lost(error) else problem(error, {"sent": item})
            if answer is None:
                raise
            return {"index": index, "status": answer.status_code, "problem": answer.data}

    def make_one(self, item: Any) -> Any:
        """The row, as it is stored."""
        raise NotImplementedError
