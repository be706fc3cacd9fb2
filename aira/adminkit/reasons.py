"""Ask for the reason of an action. It is recorded with the change."""

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget


class ReasonForm(forms.Form):
    """Form that asks for a reason."""

    reason = forms.CharField(
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
        help_text="Saved with your name. For example a ticket number; no personal data.",
    )
