"""Provide the WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aira.settings")
application = get_wsgi_application()

# Import after the setup of Django. Only a site has requests to count.
from aira.api.usage.counts import counter  # noqa: E402

counter.in_background = True
