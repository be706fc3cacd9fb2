"""Start the processes of `make run`."""

import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from typing import Any, override

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.crypto import salted_hmac

from aira.console.models import StaffUser
from aira.ops.management.commands.worker import GRACE_SECONDS

LOGIN = "admin"
RECEIVER = "receiver of webhooks"
# Seconds to wait at the end, since the worker finishes its jobs.
PATIENCE = GRACE_SECONDS + 10


def port_named(text: str) -> int:
    """Return the port that a text names. Raises CommandError for anything else."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65_436):
        raise CommandError(f"PORT must be a number from 1 to 65435, not “{text}”.")
    return int(text)


def first_free_port(wanted: int) -> int:
    """Return the first free port from the wanted one on."""
    for port in range(wanted, wanted + 100):
        with socket.socket() as probe:
            # The server itself also accepts a port whose last connections have just ended.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise CommandError(f"Ports {wanted} to {wanted + 99} are all taken. Set PORT to a free one.")


def end(children: dict[str, subprocess.Popen[bytes]], patience: float) -> list[str]:
    """Stop all processes. Return those that had to be killed after the time-out or a second Ctrl-C."""
    for child in children.values():
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGTERM)
    deadline = time.monotonic() + patience
    killed = []
    for name, child in children.items():
        try:
            child.wait(timeout=max(0.0, deadline - time.monotonic()))
            continue
        except subprocess.TimeoutExpired:
            pass
        except KeyboardInterrupt:
            deadline = 0.0
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        killed.append(name)
    return killed


class Command(BaseCommand):
    """Command that runs the site for development."""

    help = (
        "Migrate, load the demo, create a login for staff, and run console, worker and a receiver of webhooks until "
        "Ctrl-C. For development."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000", help="The first port to try")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "`dev` prints a password and runs Django's development server. Set DEBUG=on to allow it."
            )
        wanted = port_named(options["port"])
        call_command("migrate", verbosity=0)
        self.stdout.write("Demo data")
        call_command("demo")
        password = self.make_login()
        port = first_free_port(wanted)
        if port != wanted:
            self.stdout.write(f"Port {wanted} is taken, so the console uses {port}. Choose with make run PORT=9000.")
        commands = {
            "console": ["manage.py", "runserver", f"127.0.0.1:{port}"],
            "worker": ["manage.py", "worker"],
        }
        environment = dict(os.environ)
        if not settings.KB_UPDATER_URL:
            receiver = first_free_port(port + 1)
            commands[RECEIVER] = ["docs/examples/kb_updater.py", "--port", str(receiver)]
            environment |= {
                "KB_UPDATER_URL": f"http://127.0.0.1:{receiver}/process-document",
                "KB_UPDATER_SECRET": f"whsec_{salted_hmac('aira.dev.webhooks', settings.SECRET_KEY).hexdigest()[:40]}",
                "WEBHOOK_ALLOWED_HOSTS": "127.0.0.1",
            }
        # The receiver's login must be a member of kb_updater, which console is not.
        direct = {"DATABASE_URL": os.environ.get("DATABASE_DIRECT_URL") or os.environ["DATABASE_URL"]}
        children = {
            name: subprocess.Popen(
                [sys.executable, *command],
                start_new_session=True,
                env=environment | (direct if name == RECEIVER else {}),
            )
            for name, command in commands.items()
        }
        self.stdout.write(
            self.style.SUCCESS(
                f"\nAiRa console  http://127.0.0.1:{port}/\nlogin         {LOGIN}\npassword      {password}\n"
            )
        )
        self.stdout.write("Ctrl-C stops it. The data stays.\n")
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            self.wait(children)
        except KeyboardInterrupt:
            self.stdout.write("\nStopping.")
        finally:
            for name in end(children, PATIENCE):
                self.stdout.write(f"{name} did not stop and was killed.")

    def make_login(self) -> str:
        """Create the login of staff and return its password."""
        # The password is derived from the secret key, which the embedded server keeps. It is the same at every start
        # and is not stored.
        password = salted_hmac("aira.dev.login", settings.SECRET_KEY).hexdigest()[:16]
        user, _ = StaffUser.objects.get_or_create(
            username=LOGIN, defaults={"is_staff": True, "is_superuser": True, "email": "admin@example.com"}
        )
        if not user.check_password(password):
            user.set_password(password)
            user.save()
        return password

    @staticmethod
    def wait(children: dict[str, subprocess.Popen[bytes]]) -> None:
        """Wait until a process ends, which is an error."""
        while True:
            for name, child in children.items():
                if child.poll() is not None:
                    raise CommandError(f"{name} ended with exit code {child.returncode}.")
            time.sleep(0.5)
