"""Operations of documents."""

from typing import Unpack

from aira_client.generated.models import ApiJob, Changes, Document, JobStarted, Results
from aira_client.generated.operations import documents as operations
from aira_client.generated.options import ActionOptions, Id
from aira_client.pages import Pages
from aira_client.resource import Resource


class DocumentsResource(Resource):
    """The operations `documents.…`.

    Files of a business, from which the Voice Agent answers. The KB Updater processes them, and `processing_status`
    shows how far it is.
    """

    def list(self, **options: Unpack[operations.DocumentsList]) -> Pages[Document]:
        """List documents.

        Return one page of documents. Iterate over it for all pages. `download` writes all of them to a file.

        Scope: `documents:read`
        """
        return self._transport.pages(operations.LIST, Document, options)

    def create(self, **options: Unpack[operations.DocumentsCreate]) -> Document:
        """Create a document.

        Create a document, and return it as it is stored, with its `ETag`.

        Scope: `documents:create`
        """
        return self._transport.call(operations.CREATE, (), options)

    def retrieve(self, id: Id, /, **options: Unpack[operations.DocumentsRetrieve]) -> Document:
        """Get a document.

        Return a document with its `ETag`. If `If-None-Match` has that `ETag`, the status is 304 without a body.

        Scope: `documents:read`
        """
        return self._transport.call(operations.RETRIEVE, (id,), options)

    def update(self, id: Id, /, **options: Unpack[operations.DocumentsUpdate]) -> Document:
        """Change a document.

        Change the members that the body has. The others stay as they are. `If-Match` is required.

        Scope: `documents:update`
        """
        return self._transport.call(operations.UPDATE, (id,), options)

    def delete(self, id: Id, /, **options: Unpack[operations.DocumentsDelete]) -> JobStarted | None:
        """Move a document to the trash.

        Move a document to the trash, like `POST …/trash`. `If-Match` is required. The status is 202 if a job moves
        thousands of rows.

        Scope: `documents:trash`
        """
        return self._transport.call(operations.DELETE, (id,), options)

    def process_again(self, id: Id, /, **options: Unpack[ActionOptions]) -> Document:
        """Queue a completed or failed document for a new attempt.

        A pending or processing one stays unchanged.

        Scope: `documents:process_again`
        """
        return self._transport.call(operations.PROCESS_AGAIN, (id,), options)

    def restore(self, id: Id, /, **options: Unpack[ActionOptions]) -> Document | JobStarted:
        """Restore a document from the trash.

        Restore a document from the trash, with the rows that were moved there with it. The status is 409 if its place
        is taken, and 202 if a job moves thousands of rows.

        Scope: `documents:restore`
        """
        return self._transport.call(operations.RESTORE, (id,), options)

    def retry(self, id: Id, /, **options: Unpack[ActionOptions]) -> Document:
        """Queue a failed document for a new attempt.

        409 for any other.

        Scope: `documents:retry`
        """
        return self._transport.call(operations.RETRY, (id,), options)

    def trash(self, id: Id, /, **options: Unpack[ActionOptions]) -> Document | JobStarted:
        """Move a document to the trash.

        Move a document to the trash, with the rows that belong to it. A repeated call changes nothing. The status is
        202 if a job moves thousands of rows.

        Scope: `documents:trash`
        """
        return self._transport.call(operations.TRASH, (id,), options)

    def bulk(self, **options: Unpack[operations.DocumentsBulk]) -> Results:
        """Create up to 100 documents.

        One refused row does not stop the others, unless `atomic` is true. The status is 201 if all were created, and
        207 otherwise. If `atomic` is true and a row is refused, the status is 409, and nothing is saved.

        Scope: `documents:create`
        """
        return self._transport.call(operations.BULK, (), options)

    def bulk_process_again(self, **options: Unpack[operations.DocumentsBulkProcessAgain]) -> Changes | ApiJob:
        """Queue up to 100 documents for a new attempt.

        Each item has the rules of the operation on one row. A refused item does not stop the others, unless `atomic` is
        true. The status is 200 if all were done, and 207 otherwise. If `atomic` is true and an item is refused, the
        status is 409, and nothing is saved. With `Prefer: respond-async`, the status is 202, and a job handles up to
        1,000 items.

        Scope: `documents:process_again`
        """
        return self._transport.call(operations.BULK_PROCESS_AGAIN, (), options)

    def bulk_retry(self, **options: Unpack[operations.DocumentsBulkRetry]) -> Changes | ApiJob:
        """Queue up to 100 failed documents for a new attempt.

        Each item has the rules of the operation on one row. A refused item does not stop the others, unless `atomic` is
        true. The status is 200 if all were done, and 207 otherwise. If `atomic` is true and an item is refused, the
        status is 409, and nothing is saved. With `Prefer: respond-async`, the status is 202, and a job handles up to
        1,000 items.

        Scope: `documents:retry`
        """
        return self._transport.call(operations.BULK_RETRY, (), options)

    def bulk_trash(self, **options: Unpack[operations.DocumentsBulkTrash]) -> Changes | ApiJob:
        """Move up to 100 documents to the trash.

        Each item has the rules of the operation on one row. A refused item does not stop the others, unless `atomic` is
        true. The status is 200 if all were done, and 207 otherwise. If `atomic` is true and an item is refused, the
        status is 409, and nothing is saved. With `Prefer: respond-async`, the status is 202, and a job handles up to
        1,000 items.

        Scope: `documents:trash`
        """
        return self._transport.call(operations.BULK_TRASH, (), options)

    def bulk_update(self, **options: Unpack[operations.DocumentsBulkUpdate]) -> Changes | ApiJob:
        """Change up to 100 documents.

        Each item has the rules of the operation on one row. A refused item does not stop the others, unless `atomic` is
        true. The status is 200 if all were done, and 207 otherwise. If `atomic` is true and an item is refused, the
        status is 409, and nothing is saved. With `Prefer: respond-async`, the status is 202, and a job handles up to
        1,000 items.

        Scope: `documents:update`
        """
        return self._transport.call(operations.BULK_UPDATE, (), options)
