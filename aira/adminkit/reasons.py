"""Ask for the reason of an action. It is recorded with the change."""

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget

from aira.adminkit.field_errors import Form


class ReasonForm(Form):
    """Form that asks for a reason."""

    reason = forms.CharField(
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
        help_text="Saved with your name. For example a ticket number; no personal data.",
    )
