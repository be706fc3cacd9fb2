"""Operations of numbers."""

from typing import Unpack

from aira_client.generated.models import ApiJob, BusinessNumber, Changes, JobStarted, Results
from aira_client.generated.operations import numbers as operations
from aira_client.generated.options import ActionOptions, Id
from aira_client.pages import Pages
from aira_client.resource import Resource


class NumbersResource(Resource):
    """The operations `numbers.…`.

    Phone numbers in E.164 (`+14155550123`). A number belongs to an account, and may serve a business.
    """

    def list(self, **options: Unpack[operations.NumbersList]) -> Pages[BusinessNumber]:
        """List phone numbers.

        Return one page of phone numbers. Iterate over it for all pages. `download` writes all of them to a file.

        Scope: `numbers:read`
        """
        return self._transport.pages(operations.LIST, BusinessNumber, options)

    def create(self, **options: Unpack[operations.NumbersCreate]) -> BusinessNumber:
        """Create a phone number.

        Create a phone number, and return it as it is stored, with its `ETag`.

        Scope: `numbers:create`
        """
        return self._transport.call(operations.CREATE, (), options)

    def retrieve(self, id: Id, /, **options: Unpack[operations.NumbersRetrieve]) -> BusinessNumber:
        """Get a phone number.

        Return a phone number with its `ETag`. If `If-None-Match` has that `ETag`, the status is 304 without a body.

        Scope: `numbers:read`
        """
        return self._transport.call(operations.RETRIEVE, (id,), options)

    def update(self, id: Id, /, **options: Unpack[operations.NumbersUpdate]) -> BusinessNumber:
        """Change a phone number.

        Change the members that the body has. The others stay as they are. `If-Match` is required.

        Scope: `numbers:update`
        """
        return self._transport.call(operations.UPDATE, (id,), options)

    def delete(self, id: Id, /, **options: Unpack[operations.NumbersDelete]) -> JobStarted | None:
        """Move a phone number to the trash.

        Move a phone number to the trash, like `POST …/trash`. `If-Match` is required. The status is 202 if a job moves
        thousands of rows.

        Scope: `numbers:trash`
        """
        return self._transport.call(operations.DELETE, (id,), options)

    def restore(self, id: Id, /, **options: Unpack[ActionOptions]) -> BusinessNumber | JobStarted:
        """Restore a phone number from the trash.

        Restore a phone number from the trash, with the rows that were moved there with it. The status is 409 if its
        place is taken, and 202 if a job moves thousands of rows.

        Scope: `numbers:restore`
        """
        return self._transport.call(operations.RESTORE, (id,), options)

    def trash(self, id: Id, /, **options: Unpack[ActionOptions]) -> BusinessNumber | JobStarted:
        """Move a phone number to the trash.

        Move a phone number to the trash, with the rows that belong to it. A repeated call changes nothing. The status
        is 202 if a job moves thousands of rows.

        Scope: `numbers:trash`
        """
        return self._transport.call(operations.TRASH, (id,), options)

    def bulk(self, **options: Unpack[operations.NumbersBulk]) -> Results:
        """Create up to 100 phone numbers.

        One refused row does not stop the others, unless `atomic` is true. The status is 201 if all were created, and
        207 otherwise. If `atomic` is true and a row is refused, the status is 409, and nothing is saved.

        Scope: `numbers:create`
        """
        return self._transport.call(operations.BULK, (), options)

    def bulk_trash(self, **options: Unpack[operations.NumbersBulkTrash]) -> Changes | ApiJob:
        """Release up to 100 phone numbers: move them to the trash.

        Each item has the rules of the operation on one row. A refused item does not stop the others, unless `atomic` is
        true. The status is 200 if all were done, and 207 otherwise. If `atomic` is true and an item is refused, the
        status is 409, and nothing is saved. With `Prefer: respond-async`, the status is 202, and a job handles up to
        1,000 items.

        Scope: `numbers:trash`
        """
        return self._transport.call(operations.BULK_TRASH, (), options)

    def bulk_update(self, **options: Unpack[operations.NumbersBulkUpdate]) -> Changes | ApiJob:
        """Change up to 100 phone numbers.

        Each item has the rules of the operation on one row. A refused item does not stop the others, unless `atomic` is
        true. The status is 200 if all were done, and 207 otherwise. If `atomic` is true and an item is refused, the
        status is 409, and nothing is saved. With `Prefer: respond-async`, the status is 202, and a job handles up to
        1,000 items.

        Scope: `numbers:update`
        """
        return self._transport.call(operations.BULK_UPDATE, (), options)
