"""Define the background jobs of the console."""

from procrastinate.contrib.django import app

from aira.console.models import StaffUser
from aira.console.passwords import send_link


@app.task(name="console.mail_link", retry=3)
def mail_link(user: str, site: str, invited: bool) -> None:
    """Mail a link that sets the password. Skip people who may not log in any more."""
    person = StaffUser.objects.filter(pk=user, is_active=True).exclude(email="").first()
    if person is not None:
        send_link(user=person, site=site, invited=invited)
