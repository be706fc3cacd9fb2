"""Change many rows in one request. Each item goes through the code of the operation on one row."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.datastructures import MultiValueDict
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from aira.api.bulk.creation import ATOMIC, MOST, Atomic, attempt, count_done
from aira.api.jobs import creating
from aira.api.jobs.answers import ApiJobSerializer, accepted
from aira.api.jobs.models import BULK
from aira.api.jobs.prefer import prefers_async
from aira.api.problems import respond
from aira.api.reference.wording import RULES, operation_id
from aira.api.request_bodies import Serializer, check_body
from aira.api.write_transaction import reason_of
from aira.audit.actor import set_reason
from aira.schema.sql_calls import rows

ITEMS = 'Send the items as {{"items": [{{"id": …, "body": {{…}}}}, …]}}, '
HOW = f"{ITEMS}1 to {MOST} of them, or up to {creating.MOST_ITEMS:,} with `Prefer: respond-async`."
HOW_MANY = f"{ITEMS}1 to {creating.MOST_ITEMS:,} of them."
REFUSALS = ("required", "null", "not_a_list", "empty", "min_length", "max_length")


class TextOnly:
    """Mixin of fields that refuses numbers and truth values, which the framework would turn into texts."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the value of a text."""
        if not isinstance(data, str):
            raise serializers.ValidationError("Send a text.")
        return super().to_internal_value(data)  # type: ignore[misc]


class Id(TextOnly, serializers.UUIDField):
    """Id of a row."""


class State(TextOnly, serializers.CharField):
    """ETag of a state."""


class TargetSerializer(Serializer):
    """Item of a bulk request: the row, and what a request about this row alone would have."""

    id = Id(help_text="Id of the row")
    if_match = State(
        required=False,
        max_length=1000,
        help_text="ETag of the state that you read, or `*`, like the header If-Match of a request about this row",
    )
    body = serializers.DictField(
        required=False, help_text="Body of a request about this row. It may be left out where that body may be empty"
    )


class TargetsSerializer(Serializer):
    """Body of a bulk request."""

    default_error_messages = {"invalid": HOW}

    items = serializers.ListField(
        child=serializers.DictField(),
        min_length=1,
        max_length=MOST,
        error_messages=dict.fromkeys(REFUSALS, HOW),
    )
    atomic = Atomic(default=False, help_text=ATOMIC)


class ManyTargetsSerializer(TargetsSerializer):
    """Body of a bulk request that a job handles."""

    default_error_messages = {"invalid": HOW_MANY}

    items = serializers.ListField(
        child=serializers.DictField(),
        min_length=1,
        max_length=creating.MOST_ITEMS,
        error_messages=dict.fromkeys(REFUSALS, HOW_MANY),
    )


class ChangeSerializer(serializers.Serializer):
    """Outcome of one item: either `item` or `problem`. Neither if the item was rolled back with status 424."""

    index = serializers.IntegerField(help_text="Index of the item in the request")
    id = serializers.CharField(allow_null=True, help_text="Id of the row, as it was sent")
    status = serializers.IntegerField(help_text="Status that a request about this row alone would have had")
    etag = serializers.CharField(required=False, help_text="ETag of the row's state")
    item = serializers.DictField(required=False, help_text="The row after the change")
    problem = serializers.DictField(required=False, help_text="The refusal as a problem")


class ChangesSerializer(serializers.Serializer):
    """Outcomes of all items."""

    done = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = ChangeSerializer(many=True)


def bulk_action(repeats: str, what: str, method: str = "POST") -> Any:
    """Return the operation `bulk_…` of a viewset, which repeats an operation on one row.

    It has the scope, the permission and the rules of that operation.

    Args:
        repeats: name of the operation on one row.
        what: the first sentence of the description.
        method: method of the operation on one row.
    """

    def bulk(self: Any, request: Request) -> Response:
        return BulkChange(self, request).answer()

    bulk.__name__ = f"bulk_{'update' if repeats == 'partial_update' else repeats}"
    bulk.__doc__ = f"{what} {RULES}"
    bulk.repeats, bulk.method = repeats, method  # type: ignore[attr-defined]
    answers = {200: ChangesSerializer, 202: ApiJobSerializer, 207: ChangesSerializer}
    described = extend_schema(request=TargetsSerializer, responses=answers)
    routed = action(
        detail=False, methods=["post"], serializer_class=TargetsSerializer, answers_row=False, can_respond_async=True
    )
    return described(routed(bulk))


class BulkChange:
    """One bulk request.

    Args:
        view: the view of the bulk operation.
    """

    def __init__(self, view: Any, request: Request) -> None:
        handler = getattr(view, view.action)
        self.view, self.request, self.repeats, self.method = view, request, handler.repeats, handler.method

    def answer(self) -> Response:
        """Change the rows and return the outcomes, or 202 if the caller prefers a job."""
        # All or nothing is one transaction, which has to be short.
        data = self.request.data
        in_job = prefers_async(self.request) and isinstance(data, dict) and data.get("atomic", False) is False
        sent = (ManyTargetsSerializer if in_job else TargetsSerializer)(data=self.request.data)
        sent.is_valid(raise_exception=True)
        items = sent.validated_data["items"]
        if in_job:
            return self.begin(items)
        self.lock(items)
        results = [
            {"index": index} | (refused or self.outcome(item))
            for index, (item, refused) in enumerate(zip(items, self.repeated(items), strict=True))
        ]
        done = count_done(results, atomic=sent.validated_data["atomic"])
        body = {"done": done, "refused": len(results) - done, "results": results}
        return Response(body, 200 if done == len(results) else 207)

    def begin(self, items: list[dict[str, Any]]) -> Response:
        """Hand the items to a job."""
        outcomes = [
            {"index": index} | refused if refused else None for index, refused in enumerate(self.repeated(items))
        ]
        job = creating.begin(
            self.request,
            kind=BULK,
            operation=operation_id(self.view),
            content={"resource": self.view.resource, "action": self.view.action},
            reason=getattr(self.request._request, "reason", None),
            items=list(zip(items, outcomes, strict=True)),
        )
        return accepted(job)

    def lock(self, items: Iterable[dict[str, Any]]) -> None:
        """Lock the rows in one order. Two requests with the same rows in opposite orders would deadlock otherwise."""
        model: type[models.Model] = self.view.queryset.model
        keys = [key for item in items if (key := uuid_of(item.get("id")))]
        locked = model._default_manager.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",))
        list(locked.values_list("pk"))

    def repeated(self, items: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any] | None]:
        """Yield the outcome of each item whose id an earlier one has, and None for the others."""
        seen: dict[UUID, int] = {}
        for index, item in enumerate(items):
            key = uuid_of(item.get("id"))
            if key is not None and seen.setdefault(key, index) != index:
                yield self.head(item) | repeated_id(key, seen[key])
            else:
                yield None

    def head(self, item: dict[str, Any]) -> dict[str, Any]:
        """Return the beginning of an item's outcome: its id as it was sent, if it is a text of a usual length."""
        sent = item.get("id")
        return {"id": sent[:100] if isinstance(sent, str) else None}

    def outcome(self, item: dict[str, Any]) -> dict[str, Any]:
        """Change one row. Return its outcome, with the row."""
        return self.head(item) | self.result(item)

    def result(self, item: dict[str, Any]) -> dict[str, Any]:
        """Change one row. Return its outcome."""
        context: dict[str, Any] = {"sent": item}

        def change() -> dict[str, Any]:
            target = TargetSerializer(data=item)
            target.is_valid(raise_exception=True)
            values = target.validated_data
            one = request_about(self.request, self.method, self.view, self.repeats, values)
            view = view_about(self.view, self.repeats, one, values["id"])
            context.clear()
            context.update({"request": one, "view": view})
            base = getattr(self.request._request, "reason", None)
            why = reason_of(one) if values.get("body", {}).get("reason") else base
            check_body(view, one)
            with reason_instead(one, base, why):
                response = getattr(view, self.repeats)(one, pk=str(values["id"]))
            etag = {"etag": response["ETag"]} if "ETag" in response else {}
            return {"status": response.status_code} | etag | ({"item": response.data} if response.data else {})

        return attempt(change, context)


@contextmanager
def reason_instead(request: Request, base: str | None, why: str | None) -> Iterator[None]:
    """Record the reason of an item with its changes, if it is not that of the whole request."""
    if why is None or why == base:
        yield
        return
    [[announced]] = rows("select current_setting('aira.actor', true)")
    request._request.reason = why  # type: ignore[attr-defined]
    set_reason(why)
    yield
    # A refusal needs no such step, since its rollback includes the setting.
    rows("select set_config('aira.actor', %s, true)", announced or "")


def request_about(request: Request, method: str, view: Any, verb: str, values: dict[str, Any]) -> Request:
    """Return the request about one row that has the same effect as the item."""
    http = copy(request._request)
    http.method = method
    http.path = http.path_info = address(view, verb, values["id"])
    http.META = {name: value for name, value in http.META.items() if name != "HTTP_IF_MATCH"}
    if "if_match" in values:
        http.META["HTTP_IF_MATCH"] = values["if_match"]
    # Django caches the headers.
    http.__dict__.pop("headers", None)
    one = Request(http, parser_context=request.parser_context)
    # Check a copy, since the check removes the reason from a body.
    one._full_data = one._data = dict(values.get("body", {}))  # type: ignore[attr-defined]
    one._files = MultiValueDict()  # type: ignore[attr-defined]
    one.user, one.auth = request.user, request.auth
    return one


def view_about(view: Any, verb: str, request: Request, pk: Any = None) -> Any:
    """Return the view of a request about one row, as the router would make it."""
    handler = getattr(type(view), verb)
    one = type(view)(**getattr(handler, "kwargs", {}))
    one.action, one.detail, one.basename = verb, True, view.basename
    one.request, one.args, one.kwargs, one.format_kwarg = request, (), {"pk": str(pk)} if pk else {}, None
    return one


def address(view: Any, verb: str, pk: Any) -> str:
    """Return the path of an operation on one row."""
    start = f"/api/v1/{view.resource}/{pk}/"
    return start if verb == "partial_update" else f"{start}{verb}/"


def uuid_of(value: Any) -> UUID | None:
    """Return a UUID, or None for other values."""
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def repeated_id(key: UUID, index: int) -> dict[str, Any]:
    """Return the outcome of an item that repeats the id of another one."""
    text = f"The id {key} is also that of item {index}. Send each row once."
    answer = respond(400, "repeated_id", text, errors={"id": [text]})
    return {"status": answer.status_code, "problem": answer.data}
