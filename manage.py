#!/usr/bin/env python
"""Run Django's commands. `manage.py help` lists them."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError

# These arguments need neither a database nor settings.
ASKING_FOR_HELP = {"help", "-h", "--help", "version", "--version"}


def use_the_server_of_make_run() -> None:
    from aira.embedded.places import EmbeddedError
    from aira.embedded.unconfigured import use_running

    try:
        said = use_running()
    except EmbeddedError as error:
        if not ASKING_FOR_HELP.isdisjoint(sys.argv) or not sys.argv[1:]:
            return
        sys.exit(f"manage.py: {error}")
    if said:
        print(f"manage.py: {said}", file=sys.stderr)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aira.settings")
    try:
        use_the_server_of_make_run()
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"manage.py: {error}")
    except OperationalError as error:
        from aira.db.server import why_unreachable

        if sentence := why_unreachable(error):
            sys.exit(f"manage.py: {sentence}")
        raise
