"""Open psql as one of the roles from the command line."""

import json
import os
from argparse import REMAINDER, ArgumentParser
from typing import Any, override

from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.db.models import Q

from aira.schema.models import Account
from aira.schema.roles import claims

SERVICES = ("anon", "service_role", "voice_agent", "kb_updater", "console")


class Command(BaseCommand):
    """Command that opens psql."""

    help = "Open psql with the role and claims that the data API would set. Without --as, use the owner of the schema."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--as",
            dest="party",
            default="",
            help=f"{', '.join(SERVICES)}, or an account: its e-mail or the part before the @",
        )
        parser.add_argument("args", nargs=REMAINDER, help="arguments of psql; write options after --")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        settings = connections["direct"].settings_dict
        os.environ |= {
            "PGHOST": settings["HOST"],
            "PGPORT": str(settings["PORT"] or 5432),
            "PGUSER": settings["USER"],
            "PGPASSWORD": settings["PASSWORD"],
            "PGDATABASE": settings["NAME"],
            "PGOPTIONS": self.startup_options(options["party"]),
        }
        connections.close_all()
        try:
            # argparse keeps the --, which would end the options of psql.
            os.execvp("psql", ["psql", *(args[1:] if args[:1] == ("--",) else args)])
        except FileNotFoundError:
            raise CommandError("psql is not installed (Debian: apt install postgresql-client).") from None

    def startup_options(self, party: str) -> str:
        """Return the options that set role and claims at the start of the session."""
        if not party:
            return ""
        if party in SERVICES:
            carried = claims(party)
        else:
            matches = Account.objects.using("direct").filter(Q(email=party) | Q(email__startswith=f"{party}@"))
            if len(matches) != 1:
                raise CommandError(f"{len(matches)} accounts match {party!r}. Enter an e-mail or one of {SERVICES}.")
            carried = claims("authenticated", matches[0].pk)
        text = json.dumps(carried, separators=(",", ":"))
        return f"-c role={carried['role']} -c request.jwt.claims={text} -c search_path=public,extensions"
