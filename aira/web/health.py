"""For load balancers: is the process up, and can it serve?"""

from functools import cache

from django.db import Error, ProgrammingError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse

Migration = tuple[str, str]


def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and every migration is applied, else 503 and why."""
    try:
        recorded = set(MigrationRecorder(connection).migration_qs.values_list("app", "name"))
    except ProgrammingError:
        # Nothing was ever migrated: the table is not there. Asking first would be a second query in every probe.
        recorded = set()
    except Error:
        return unavailable("the database does not answer")
    # Of a squash and the migrations that it replaces, the graph holds the squash.
    if missing := sum(not applied(migration, recorded) for migration in on_disk().graph.nodes):
        are = "migration is" if missing == 1 else "migrations are"
        return unavailable(f"{missing} {are} not applied: run manage.py migrate")
    return JsonResponse({"status": "ok"})


def unavailable(reason: str) -> JsonResponse:
    return JsonResponse({"status": "unavailable", "reason": reason}, status=503)


@cache
def on_disk() -> MigrationLoader:
    """Read once: what is on disk belongs to the release, and a release is a new process."""
    return MigrationLoader(None)


def applied(migration: Migration, recorded: set[Migration]) -> bool:
    """Recorded itself, or a squash of migrations that all are; a squash may replace another."""
    known = on_disk().disk_migrations.get(migration)
    replaced = known.replaces if known else []
    return migration in recorded or (bool(replaced) and all(applied(each, recorded) for each in replaced))
