"""Operations of jobs, with asyncio or trio."""

from typing import Unpack

from aira_client.generated.models import ApiJob
from aira_client.generated.operations import jobs as operations
from aira_client.generated.options import ActionOptions, Id
from aira_client.pages import AsyncPages
from aira_client.resource import AsyncResource


class AsyncJobsResource(AsyncResource):
    """The operations `jobs.…`.

    Work that takes longer than a request: exports, and what was asked for with `Prefer: respond-async`. `result` is
    what the operation would have answered. You see the jobs that you asked for.
    """

    def list(self, **options: Unpack[operations.JobsList]) -> AsyncPages[ApiJob]:
        """List jobs.

        Return one page of jobs. Iterate over it for all pages. `download` writes all of them to a file.

        Scope: `jobs:read`
        """
        return self._transport.pages(operations.LIST, ApiJob, options)

    async def retrieve(self, id: Id, /, **options: Unpack[operations.JobsRetrieve]) -> ApiJob:
        """Get a job.

        Return a job with its `ETag`. If `If-None-Match` has that `ETag`, the status is 304 without a body.

        Scope: `jobs:read`
        """
        return await self._transport.call(operations.RETRIEVE, (id,), options)

    async def cancel(self, id: Id, /, **options: Unpack[ActionOptions]) -> ApiJob:
        """Cancel a job, or remove the file of an export.

        Idempotent.

        Items that are done stay changed, and `result` has their outcomes.

        Scope: `jobs:cancel`
        """
        return await self._transport.call(operations.CANCEL, (id,), options)
