"""Provide the ASGI application."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aira.settings")
application = get_asgi_application()

# Import after the setup of Django. Only a site has requests to count.
from aira.api.usage.counts import counter  # noqa: E402

counter.in_background = True
