"""Operations of appointments."""

import builtins
from typing import Unpack

from aira_client.generated.models import (
    ApiJob,
    Appointment,
    BookingCheck,
    Changes,
    JobStarted,
    Results,
    Slot,
)
from aira_client.generated.operations import appointments as operations
from aira_client.generated.options import ActionOptions, Id
from aira_client.pages import Pages
from aira_client.resource import Resource


class AppointmentsResource(Resource):
    """The operations `appointments.…`.

    An appointment is a time at a business. `POST /appointments/book` books it if it is free. Only confirmed
    appointments take up time. A status changes by an action such as `cancel` or `complete`.
    """

    def list(self, **options: Unpack[operations.AppointmentsList]) -> Pages[Appointment]:
        """List appointments.

        Return one page of appointments. Iterate over it for all pages. `download` writes all of them to a file.

        Scope: `appointments:read`
        """
        return self._transport.pages(operations.LIST, Appointment, options)

    def create(self, **options: Unpack[operations.AppointmentsCreate]) -> Appointment:
        """Create an appointment.

        Create an appointment, and return it as it is stored, with its `ETag`.

        Scope: `appointments:create`
        """
        return self._transport.call(operations.CREATE, (), options)

    def retrieve(self, id: Id, /, **options: Unpack[operations.AppointmentsRetrieve]) -> Appointment:
        """Get an appointment.

        Return an appointment with its `ETag`. If `If-None-Match` has that `ETag`, the status is 304 without a body.

        Scope: `appointments:read`
        """
        return self._transport.call(operations.RETRIEVE, (id,), options)

    def update(self, id: Id, /, **options: Unpack[operations.AppointmentsUpdate]) -> Appointment:
        """Change an appointment.

        Change the members that the body has. The others stay as they are. `If-Match` is required.

        Scope: `appointments:update`
        """
        return self._transport.call(operations.UPDATE, (id,), options)

    def delete(self, id: Id, /, **options: Unpack[operations.AppointmentsDelete]) -> JobStarted | None:
        """Move an appointment to the trash.

        Move an appointment to the trash, like `POST …/trash`. `If-Match` is required. The status is 202 if a job moves
        thousands of rows.

        Scope: `appointments:trash`
        """
        return self._transport.call(operations.DELETE, (id,), options)

    def cancel(self, id: Id, /, **options: Unpack[operations.AppointmentsCancel]) -> Appointment:
        """Cancel an appointment.

        Idempotent.

        Scope: `appointments:cancel`
        """
        return self._transport.call(operations.CANCEL, (id,), options)

    def complete(self, id: Id, /, **options: Unpack[ActionOptions]) -> Appointment:
        """Set a confirmed appointment to completed.

        Idempotent.

        Scope: `appointments:complete`
        """
        return self._transport.call(operations.COMPLETE, (id,), options)

    def confirm(self, id: Id, /, **options: Unpack[ActionOptions]) -> Appointment:
        """Confirm an appointment again if its time is still free.

        Idempotent.

        Scope: `appointments:confirm`
        """
        return self._transport.call(operations.CONFIRM, (id,), options)

    def no_show(self, id: Id, /, **options: Unpack[ActionOptions]) -> Appointment:
        """Set a confirmed appointment to no-show.

        Idempotent.

        Scope: `appointments:no_show`
        """
        return self._transport.call(operations.NO_SHOW, (id,), options)

    def reschedule(self, id: Id, /, **options: Unpack[operations.AppointmentsReschedule]) -> Appointment:
        """Move an appointment to a free time.

        Scope: `appointments:reschedule`
        """
        return self._transport.call(operations.RESCHEDULE, (id,), options)

    def restore(self, id: Id, /, **options: Unpack[ActionOptions]) -> Appointment | JobStarted:
        """Restore an appointment from the trash.

        Restore an appointment from the trash, with the rows that were moved there with it. The status is 409 if its
        place is taken, and 202 if a job moves thousands of rows.

        Scope: `appointments:restore`
        """
        return self._transport.call(operations.RESTORE, (id,), options)

    def trash(self, id: Id, /, **options: Unpack[ActionOptions]) -> Appointment | JobStarted:
        """Move an appointment to the trash.

        Move an appointment to the trash, with the rows that belong to it. A repeated call changes nothing. The status
        is 202 if a job moves thousands of rows.

        Scope: `appointments:trash`
        """
        return self._transport.call(operations.TRASH, (id,), options)

    def book(self, **options: Unpack[operations.AppointmentsBook]) -> Appointment:
        """Book an appointment if its time is free.

        201 for a new one, 200 if the external id was sent before.

        Scope: `appointments:book`
        """
        return self._transport.call(operations.BOOK, (), options)

    def bulk(self, **options: Unpack[operations.AppointmentsBulk]) -> Results:
        """Create up to 100 appointments.

        One refused row does not stop the others, unless `atomic` is true. The status is 201 if all were created, and
        207 otherwise. If `atomic` is true and a row is refused, the status is 409, and nothing is saved.

        Scope: `appointments:create`
        """
        return self._transport.call(operations.BULK, (), options)

    def bulk_cancel(self, **options: Unpack[operations.AppointmentsBulkCancel]) -> Changes | ApiJob:
        """Cancel up to 100 appointments.

        Each item has the rules of the operation on one row. A refused item does not stop the others, unless `atomic` is
        true. The status is 200 if all were done, and 207 otherwise. If `atomic` is true and an item is refused, the
        status is 409, and nothing is saved. With `Prefer: respond-async`, the status is 202, and a job handles up to
        1,000 items.

        Scope: `appointments:cancel`
        """
        return self._transport.call(operations.BULK_CANCEL, (), options)

    def bulk_complete(self, **options: Unpack[operations.AppointmentsBulkComplete]) -> Changes | ApiJob:
        """Set up to 100 confirmed appointments to completed.

        Each item has the rules of the operation on one row. A refused item does not stop the others, unless `atomic` is
        true. The status is 200 if all were done, and 207 otherwise. If `atomic` is true and an item is refused, the
        status is 409, and nothing is saved. With `Prefer: respond-async`, the status is 202, and a job handles up to
        1,000 items.

        Scope: `appointments:complete`
        """
        return self._transport.call(operations.BULK_COMPLETE, (), options)

    def bulk_no_show(self, **options: Unpack[operations.AppointmentsBulkNoShow]) -> Changes | ApiJob:
        """Set up to 100 confirmed appointments to no-show.

        Each item has the rules of the operation on one row. A refused item does not stop the others, unless `atomic` is
        true. The status is 200 if all were done, and 207 otherwise. If `atomic` is true and an item is refused, the
        status is 409, and nothing is saved. With `Prefer: respond-async`, the status is 202, and a job handles up to
        1,000 items.

        Scope: `appointments:no_show`
        """
        return self._transport.call(operations.BULK_NO_SHOW, (), options)

    def bulk_trash(self, **options: Unpack[operations.AppointmentsBulkTrash]) -> Changes | ApiJob:
        """Move up to 100 appointments to the trash.

        Each item has the rules of the operation on one row. A refused item does not stop the others, unless `atomic` is
        true. The status is 200 if all were done, and 207 otherwise. If `atomic` is true and an item is refused, the
        status is 409, and nothing is saved. With `Prefer: respond-async`, the status is 202, and a job handles up to
        1,000 items.

        Scope: `appointments:trash`
        """
        return self._transport.call(operations.BULK_TRASH, (), options)

    def bulk_update(self, **options: Unpack[operations.AppointmentsBulkUpdate]) -> Changes | ApiJob:
        """Change up to 100 appointments.

        Each item has the rules of the operation on one row. A refused item does not stop the others, unless `atomic` is
        true. The status is 200 if all were done, and 207 otherwise. If `atomic` is true and an item is refused, the
        status is 409, and nothing is saved. With `Prefer: respond-async`, the status is 202, and a job handles up to
        1,000 items.

        Scope: `appointments:update`
        """
        return self._transport.call(operations.BULK_UPDATE, (), options)

    def check(self, **options: Unpack[operations.AppointmentsCheck]) -> BookingCheck:
        """Check whether a time can be booked.

        The answer is `ok` or the first reason against it.

        Scope: `appointments:read`
        """
        return self._transport.call(operations.CHECK, (), options)

    def nearest(self, **options: Unpack[operations.AppointmentsNearest]) -> builtins.list[Slot]:
        """Return the slots nearest to a time.

        Scope: `appointments:read`
        """
        return self._transport.call(operations.NEAREST, (), options)

    def slots(self, **options: Unpack[operations.AppointmentsSlots]) -> builtins.list[Slot]:
        """Return the slots of a business.

        Scope: `appointments:read`
        """
        return self._transport.call(operations.SLOTS, (), options)
