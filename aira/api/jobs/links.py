"""Sign the links of files. A link opens one file without a login, until the file is removed or the link is revoked."""

from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.urls import reverse
from rest_framework.exceptions import APIException, NotFound

from aira.api.jobs.callers import CallerGone, caller_of, sees_people
from aira.api.jobs.models import EXPORT, ApiJob

PARAMETER = "link"


class LinkGone(APIException):
    """Raised if a link no longer opens its file."""

    status_code = 410
    default_code = "link_gone"


def signer() -> Signer:
    """Return the signer of links. It accepts links that were signed with an earlier SECRET_KEY."""
    return Signer(salt="aira.api.export")


def address_of(job: ApiJob) -> str:
    """Return the path of the file with its signature. It is the same until the link is revoked."""
    path = reverse("api-export-file", args=[job.pk])
    signed = signer().sign(f"{job.pk.hex}.{job.link_version}")
    return f"{path}?{PARAMETER}={signed}"


def opened(pk: UUID, link: str) -> ApiJob:
    """Return the export whose file the link opens. Raises NotFound and LinkGone."""
    try:
        subject, _, version = signer().unsign(link).partition(".")
    except BadSignature:
        raise NotFound("The link is not valid. Copy it as a whole from `link` of the export.") from None
    job = ApiJob.objects.filter(pk=pk, kind=EXPORT).first()
    if subject != pk.hex or job is None:
        raise NotFound("The link belongs to another file. Copy it as a whole from `link` of the export.")
    if job.state != "finished":
        raise LinkGone("The file was removed. Make the export again.")
    if version != str(job.link_version):
        raise LinkGone("The link was revoked. Get the export to see its new link.")
    try:
        caller = caller_of(job)
    except CallerGone:
        raise LinkGone("The key that made the file was revoked or has expired, so its files are closed.") from None
    if job.personal and not sees_people(caller):
        raise LinkGone("The key that made the file may no longer see people. Make the export again.")
    return job
