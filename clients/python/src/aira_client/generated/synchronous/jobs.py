"""Operations of jobs."""

from typing import Unpack

from aira_client.generated.models import ApiJob
from aira_client.generated.operations import jobs as operations
from aira_client.generated.options import ActionOptions, Id
from aira_client.pages import Pages
from aira_client.resource import Resource


class JobsResource(Resource):
    """The operations `jobs.…`.

    Work that takes longer than a request: exports, and what was asked for with `Prefer: respond-async`. `result` is
    what the operation would have answered. You see the jobs that you asked for.
    """

    def list(self, **options: Unpack[operations.JobsList]) -> Pages[ApiJob]:
        """List jobs.

        Return one page of jobs. Iterate over it for all pages. `download` writes all of them to a file.

        Scope: `jobs:read`
        """
        return self._transport.pages(operations.LIST, ApiJob, options)

    def retrieve(self, id: Id, /, **options: Unpack[operations.JobsRetrieve]) -> ApiJob:
        """Get a job.

        Return a job with its `ETag`. If `If-None-Match` has that `ETag`, the status is 304 without a body.

        Scope: `jobs:read`
        """
        return self._transport.call(operations.RETRIEVE, (id,), options)

    def cancel(self, id: Id, /, **options: Unpack[ActionOptions]) -> ApiJob:
        """Cancel a job, or remove the file of an export.

        Idempotent.

        Items that are done stay changed, and `result` has their outcomes.

        Scope: `jobs:cancel`
        """
        return self._transport.call(operations.CANCEL, (id,), options)
