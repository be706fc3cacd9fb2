"""Why: asked before what is worth recording, and recorded with it."""

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget


class ReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
        help_text="Recorded with your name, such as a ticket's number; nothing personal.",
    )
