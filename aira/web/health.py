"""Tell load balancers whether the process runs and whether it can serve."""

from functools import cache

from django.db import Error, ProgrammingError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse

Migration = tuple[str, str]


def healthz(request: HttpRequest) -> JsonResponse:
    """Return 200 as long as the process responds."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """Return 200 if the database responds and all migrations are applied. Otherwise return 503 with the reason."""
    try:
        recorded = set(MigrationRecorder(connection).migration_qs.values_list("app", "name"))
    except ProgrammingError:
        # The table is missing if nothing was ever migrated. To check first would cost a second query per probe.
        recorded = set()
    except Error:
        return unavailable("The database does not respond.")
    # The graph holds a squash instead of the migrations that it replaces.
    if missing := sum(not applied(migration, recorded) for migration in on_disk().graph.nodes):
        are = "migration is" if missing == 1 else "migrations are"
        return unavailable(f"{missing} {are} not applied. Run manage.py migrate.")
    return JsonResponse({"status": "ok"})


def unavailable(reason: str) -> JsonResponse:
    """Return status 503 with the reason."""
    return JsonResponse({"status": "unavailable", "reason": reason}, status=503)


@cache
def on_disk() -> MigrationLoader:
    """Read the migrations on disk once, since each release is a new process."""
    return MigrationLoader(None)


def applied(migration: Migration, recorded: set[Migration]) -> bool:
    """Tell whether a migration is applied, or is a squash of applied ones. A squash may replace another squash."""
    known = on_disk().disk_migrations.get(migration)
    replaced = known.replaces if known else []
    return migration in recorded or (bool(replaced) and all(applied(each, recorded) for each in replaced))
