"""Ask for the time of an appointment, and for the data of a new one. All pages that book or move use these forms."""

import uuid
from datetime import date, datetime
from typing import Any, cast, override
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from aira.adminkit.field_errors import Form
from aira.adminkit.times import in_reach
from aira.formats.dates import day_text
from bookings.local_time import clock_text, moment_at
from bookings.models import Appointment
from bookings.time_choice import TimeChoice, choose, first_free_day
from businesses.models import Business

DURATION = 60


def text_input(**attrs: Any) -> forms.Widget:
    """Return the console's input of one line."""
    return UnfoldAdminTextInputWidget(attrs)


class DateWidget(forms.DateInput):
    """Date picker of the browser, in the console's style."""

    def __init__(self) -> None:
        super().__init__({"type": "date", "class": UnfoldAdminTextInputWidget().attrs["class"]}, format="%Y-%m-%d")


class WhenForm(Form):
    """Ask for day, time of day and duration in the time zone of a business.

    `scheduled_at` of the cleaned data is the moment.
    """

    day = forms.DateField(label="Date", widget=DateWidget)
    time = forms.CharField(
        label="Time",
        max_length=40,
        widget=text_input(autocomplete="off", placeholder="15:00 or 3pm", size="12"),
    )
    duration = forms.IntegerField(
        label="Duration in minutes",
        min_value=1,
        max_value=1440,
        initial=DURATION,
        widget=UnfoldAdminIntegerFieldWidget,
    )

    def __init__(self, business: Business, *args: Any, **kwargs: Any) -> None:
        self.business = business
        super().__init__(*args, **kwargs)

    @override
    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("day") and data.get("time"):
            day = in_reach(data["day"])
            if day != data["day"]:
                self.add_error("day", f"{day_text(data['day'])} is too far away. Choose another day.")
                return data
            try:
                data["scheduled_at"] = moment_at(day, data["time"], self.business.timezone)
            except ValidationError as error:
                self.add_error("time", error)
        return data

    @property
    def time_error(self) -> dict[str, Any]:
        """The error of a typed time, which pages show before the form is sent to book or move."""
        return {"time": self.errors["time"]} if self.data.get("time") and self.errors.get("time") else {}

    def choice(self, moving: UUID | None = None) -> TimeChoice:
        """Return the free times for the values so far. Fall back to the first free day for invalid ones."""
        self.is_valid()
        known: dict[str, Any] = {**self.initial, **self.cleaned_data} if self.is_bound else dict(self.initial)
        duration = known.get("duration") or DURATION
        at: datetime | None = known.get("scheduled_at")
        day: date = known.get("day") or first_free_day(self.business, duration)
        return choose(self.business, day, duration, at, moving)

    def pick(self, value: str) -> None:
        """Take over the value of a free time, as if it were typed."""
        day, _, clock = value.partition(" ")
        self.put(day=day, time=clock)

    def put(self, **values: str) -> None:
        """Replace values, as if they were typed."""
        data = cast(QueryDict, self.data).copy()
        for name, value in values.items():
            data[name] = value
        self.data = data


def when_initial(business: Business, at: datetime, duration: int) -> dict[str, Any]:
    """Return the initial values of a WhenForm."""
    there = at.astimezone(ZoneInfo(business.timezone))
    return {
        "day": there.date(),
        "time": clock_text(at, business.timezone),
        "duration": duration,
        "scheduled_at": at,
    }


class BookingForm(WhenForm):
    """Ask for the data of a new appointment.

    `customer` is an earlier appointment of a known customer, whose data is copied. So staff who see masks can choose a
    customer.
    """

    business_id = forms.UUIDField(widget=forms.HiddenInput)
    # A form that is sent twice books once.
    once = forms.UUIDField(widget=forms.HiddenInput, required=False)
    customer = forms.UUIDField(widget=forms.HiddenInput, required=False)
    customer_name = forms.CharField(label="Name", max_length=200, widget=text_input(autocomplete="off"))
    customer_phone = forms.CharField(
        label="Phone number", max_length=40, required=False, empty_value=None, widget=text_input(autocomplete="off")
    )
    customer_email = forms.CharField(
        label="E-mail", max_length=254, required=False, empty_value=None, widget=text_input(autocomplete="off")
    )
    service_type = forms.CharField(
        label="Service",
        max_length=200,
        required=False,
        empty_value=None,
        widget=text_input(list="services", autocomplete="off"),
    )
    notes = forms.CharField(
        max_length=10_000, required=False, empty_value=None, widget=UnfoldAdminTextareaWidget({"rows": 3})
    )
    reason = forms.CharField(required=False, max_length=400, widget=text_input(autocomplete="off"))

    def clean_once(self) -> UUID:
        """Return the id of this form, or a new one."""
        found: UUID = self.cleaned_data["once"] or uuid.uuid4()
        return found


class MoveForm(WhenForm):
    """Ask for the new time of an appointment. `was` is the place and status that the page showed."""

    was = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        required=False,
        max_length=400,
        widget=text_input(autocomplete="off"),
        help_text="Saved with your name. No personal data.",
    )

    def __init__(self, row: Appointment, *args: Any, **kwargs: Any) -> None:
        self.row = row
        super().__init__(row.business, *args, **kwargs)
