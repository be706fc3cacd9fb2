"""Send the file of an export: as a whole, from a byte on, or compressed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, parse_http_date_safe
from django.views.decorators.http import require_safe
from rest_framework.exceptions import APIException

from aira.api.etags import ETAG
from aira.api.jobs.exporting import MEDIA_TYPES, unpack
from aira.api.jobs.links import PARAMETER, opened
from aira.api.jobs.models import ApiJob
from aira.api.problems import problem
from aira.exports.list_exports import file_name
from aira.web.problems import page

RANGE = re.compile(r"bytes=\s*(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))\s*", re.ASCII)


@dataclass(frozen=True)
class Body:
    """File in one of its two encodings.

    Attributes:
        size: in bytes, of this encoding.
    """

    job: ApiJob
    packed: bool
    size: int

    @property
    def etag(self) -> str:
        """ETag of this encoding. A finished file never changes."""
        return f'"{self.job.pk.hex}{"-gzip" if self.packed else ""}"'

    def parts(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes from `start` to `end`, which is excluded. Only one chunk at a time is in memory."""
        first, length = ("packed_start", "packed_size") if self.packed else ("start", "size")
        wanted = self.job.chunks.alias(until=F(first) + F(length)).filter(until__gt=start, **{f"{first}__lt": end})
        for pk in list(wanted.order_by("position").values_list("pk", flat=True)):
            # If the file is removed meanwhile, this breaks the connection.
            chunk = self.job.chunks.get(pk=pk)
            content = bytes(chunk.content) if self.packed else unpack(bytes(chunk.content))
            begins = getattr(chunk, first)
            yield content[max(0, start - begins) : end - begins]


@require_safe
def file(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Send the file, or the part that `Range` names. The link replaces the login."""
    try:
        job = opened(pk, request.GET.get(PARAMETER, ""))
    except APIException as error:
        refused = problem(error, {})
        return page(error.status_code, str(error.default_code), str(refused.data["detail"] if refused else error))
    packed = accepts_gzip(request)
    body = Body(job, packed, (job.packed_size if packed else job.size) or 0)
    if body.etag in ETAG.findall(request.headers.get("If-None-Match", "").replace("W/", "")):
        return with_headers(HttpResponse(status=304), body)
    part = wanted_part(request, body)
    if part is None:
        start, end, status = 0, body.size, 200
    elif part[0] >= body.size:
        refused_page = page(416, "range_not_satisfiable", f"The file has {body.size} bytes. Begin before its end.")
        refused_page["Content-Range"] = f"bytes */{body.size}"
        return with_headers(refused_page, body, about_content=False)
    else:
        start, end, status = part[0], min(part[1], body.size), 206
    answer: HttpResponseBase
    if request.method == "HEAD":
        answer = HttpResponse(status=status)
    else:
        ApiJob.objects.filter(pk=job.pk).update(downloaded_at=Now())
        answer = StreamingHttpResponse(body.parts(start, end), status=status)
    answer["Content-Length"] = str(end - start)
    if status == 206:
        answer["Content-Range"] = f"bytes {start}-{end - 1}/{body.size}"
    return with_headers(answer, body)


def with_headers(answer: Any, body: Body, *, about_content: bool = True) -> Any:
    """Add the headers that all answers have."""
    kind = (body.job.request or {}).get("format", "csv")
    if about_content:
        name = file_name((body.job.request or {}).get("resource", "export"), kind)
        answer["Content-Type"] = MEDIA_TYPES[kind]
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        if body.packed:
            answer["Content-Encoding"] = "gzip"
    answer["ETag"] = body.etag
    answer["Accept-Ranges"] = "bytes"
    answer["Cache-Control"] = "private, no-store"
    # The link must not reach other sites.
    answer["Referrer-Policy"] = "no-referrer"
    if body.job.finished_at:
        answer["Last-Modified"] = http_date(body.job.finished_at.timestamp())
    patch_vary_headers(answer, ["Accept-Encoding"])
    return answer


def accepts_gzip(request: HttpRequest) -> bool:
    """Tell whether the caller accepts gzip. `gzip;q=0` refuses it."""
    for part in request.headers.get("Accept-Encoding", "").split(","):
        name, _, quality = part.strip().lower().partition(";")
        if name.strip() == "gzip":
            return not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", quality)
    return False


def wanted_part(request: HttpRequest, body: Body) -> tuple[int, int] | None:
    """Return the first byte and the end of the wanted part. None for the whole file.

    Several ranges, and those that are not valid, count as none, as RFC 9110 allows.
    """
    found = RANGE.fullmatch(request.headers.get("Range", ""))
    if not found or not is_same_file(request.headers.get("If-Range", ""), body):
        return None
    first, last, suffix = found.groups()
    if suffix is not None:
        # The last bytes. None of them is a part that does not exist.
        return (max(0, body.size - int(suffix)), body.size) if int(suffix) else (body.size, body.size)
    if last and int(last) < int(first):
        return None
    return int(first), int(last) + 1 if last else body.size


def is_same_file(condition: str, body: Body) -> bool:
    """Tell whether `If-Range` allows a part: it is missing, or names this very file."""
    condition = condition.strip()
    if not condition:
        return True
    if condition.startswith(('"', "W/")):
        return condition == body.etag
    return body.job.finished_at is not None and parse_http_date_safe(condition) == int(body.job.finished_at.timestamp())
