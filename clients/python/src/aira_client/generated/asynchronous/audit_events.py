"""Operations of audit_events, with asyncio or trio."""

from typing import Unpack

from aira_client.generated.models import AuditEvent
from aira_client.generated.operations import audit_events as operations
from aira_client.generated.options import Id
from aira_client.pages import AsyncPages
from aira_client.resource import AsyncResource


class AsyncAuditEventsResource(AsyncResource):
    """The operations `audit_events.…`.

    Who changed which row, when and why. `before` and `after` hold the changed columns. `request_id` finds what one
    request changed.
    """

    def list(self, **options: Unpack[operations.AuditEventsList]) -> AsyncPages[AuditEvent]:
        """List audit events.

        Return one page of audit events. Iterate over it for all pages. `download` writes all of them to a file.

        Scope: `audit-events:read`
        """
        return self._transport.pages(operations.LIST, AuditEvent, options)

    async def retrieve(self, id: Id, /, **options: Unpack[operations.AuditEventsRetrieve]) -> AuditEvent:
        """Get an audit event.

        Return an audit event with its `ETag`. If `If-None-Match` has that `ETag`, the status is 304 without a body.

        Scope: `audit-events:read`
        """
        return await self._transport.call(operations.RETRIEVE, (id,), options)
