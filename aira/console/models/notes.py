"""Store notes of staff about businesses, accounts, appointments and transactions."""

import uuid
from typing import Any, override

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.db.models.lookups import Exact

from aira.formats.dates import day_text
from aira.personal.masks import Personal, is_hidden, viewer_is_one_of
from aira.schema import texts

# The fields that name the record which a note is about. Exactly one of them is set.
SUBJECTS = ("business", "account", "appointment", "transaction")


def about(to: str) -> Any:
    """Return the field for one kind of subject. The database removes notes with it; see the constraints in SQL."""
    return models.ForeignKey(
        to, models.DB_CASCADE, null=True, related_name="+", db_constraint=False, db_index=False, editable=False
    )


class Note(Personal):
    """Note of a member of staff about one record. With an assignee or a due day, it is a follow-up."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    business = about("businesses.Business")
    account = about("platform.Account")
    appointment = about("bookings.Appointment")
    transaction = about("billing.Transaction")
    text = models.TextField(verbose_name="note", help_text="For colleagues. As little personal data as possible.")
    ticket = models.TextField(null=True, blank=True, help_text="Web address of the ticket, such as https://…")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DB_SET_NULL, null=True, related_name="+", editable=False
    )
    # The names remain when the member of staff is removed.
    author_name = models.TextField(editable=False, verbose_name="written by")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DB_SET_NULL, null=True, blank=True, related_name="notes"
    )
    due = models.DateField(null=True, blank=True, help_text="The day by which the follow-up should be done.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    done_at = models.DateTimeField(null=True, editable=False)
    done_by = models.TextField(null=True, editable=False)
    search = models.GeneratedField(
        expression=SearchVector("text", config="simple"), output_field=SearchVectorField(), db_persist=True
    )

    class Meta:
        app_label = "console"
        db_table = "notes"
        ordering = ["-created_at", "id"]
        default_permissions = ("add", "change", "view")
        constraints = [
            models.CheckConstraint(
                name="note_has_one_subject",
                condition=Q(
                    Exact(
                        Func(*map(F, SUBJECTS), function="num_nonnulls", output_field=models.IntegerField()),
                        1,
                    )
                ),
                violation_error_message="A note must be about exactly one record. Choose one.",
            ),
            models.CheckConstraint(
                name="note_not_empty",
                condition=Q(text__regex=r"\S"),
                violation_error_message="The note is empty. Write its text.",
            ),
            texts.at_most("note_length", "text", texts.NOTES, "The note"),
            texts.web_address("note_ticket_address", "ticket", "The ticket"),
            models.CheckConstraint(
                name="note_done_by_somebody",
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
            ),
        ]
        indexes = [
            # Read by the pages and timelines of the records.
            *(
                models.Index(
                    name=f"idx_notes_{subject}",
                    fields=[subject, "-created_at"],
                    condition=Q(**{f"{subject}__isnull": False}),
                )
                for subject in SUBJECTS
            ),
            # Read by the start page: what a member of staff has to do.
            models.Index(
                name="idx_notes_assignee", fields=["assignee", "due"], condition=Q(assignee__isnull=False, done_at=None)
            ),
            # Read by the search.
            GinIndex(name="idx_notes_search", fields=["search"], fastupdate=False),
            # Read by the list of notes.
            models.Index(name="idx_notes_created_at", fields=["-created_at", "id"]),
        ]

    def __str__(self) -> str:
        return f"Note of {day_text(self.created_at)} by {self.author_name}"

    @override
    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any, **kwargs: Any) -> Any:
        """Show people their own notes, those assigned to them, and those about a record that is revealed to them."""
        row = super().from_db(db, field_names, values, **kwargs)
        text = dict(zip(field_names, values, strict=True)).get("text")
        if text is not None and row.is_shown():
            row.__dict__["text"] = text
        return row

    def is_shown(self) -> bool:
        """Tell whether the viewer sees the text although notes are masked for them."""
        if viewer_is_one_of(*filter(None, (self.__dict__.get("author_id"), self.__dict__.get("assignee_id")))):
            return True
        subject = next((name for name in SUBJECTS if self.__dict__.get(f"{name}_id")), "")
        if subject not in ("account", "appointment"):
            return False
        model: Any = type(self)._meta.get_field(subject).related_model
        return not is_hidden(model, self.__dict__[f"{subject}_id"])

    @property
    def user_id(self) -> Any:
        """The account to which the record belongs."""
        return self.account_id or self.subject.user_id

    @property
    def subject(self) -> Any:
        """The record that the note is about."""
        return next(getattr(self, name) for name in SUBJECTS if getattr(self, f"{name}_id"))
