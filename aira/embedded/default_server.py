"""Let manage.py use the server of `make run` when nothing else is configured.

manage.py alone asks for it: the site, which gunicorn starts, always says what is not set.
"""

import os
import subprocess
from collections.abc import Mapping

from aira.embedded.cluster import Cluster
from aira.embedded.locations import EmbeddedError

# Whoever sets one of these means another database, or deploys.
CONFIGURED = ("DATABASE_URL", "DATABASE_DIRECT_URL", "SECRET_KEY", "ALLOWED_HOSTS")
# Set by pytest and by our tests for every program that they start.
TESTING = ("PYTEST_VERSION", "PYTEST_CURRENT_TEST", "AIRA_TEST_RUN")


def configured(environment: Mapping[str, str]) -> bool:
    return any(environment.get(name, "").strip() for name in CONFIGURED)


def use_running() -> str | None:
    """Set what the settings read, from the server that runs. Return a sentence that says so; None when nothing was set.

    Raises EmbeddedError when nothing is configured and no server runs.
    """
    # Reads .env into the environment, as the settings will.
    import aira.environment  # noqa: F401

    if configured(os.environ) or any(name in os.environ for name in TESTING):
        return None
    try:
        cluster = Cluster.locate("run")
        running = cluster.folder.exists() and cluster.running()
    except EmbeddedError:
        # A deployment, which has no embedded PostgreSQL: the settings say what is missing.
        return None
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        said = f"The server of `make run` can't be asked ({error}). Set DATABASE_URL and SECRET_KEY."
        raise EmbeddedError(said) from error
    if not running:
        raise EmbeddedError(
            "No database is configured, and no server of `make run` is going. Start `make run` in another terminal, "
            "or set DATABASE_URL and SECRET_KEY (.env.example explains them)."
        )
    os.environ.update(cluster.environment())
    port = cluster.recorded_port(cluster.folder)
    return f"using the database of `make run`, port {port}; set DATABASE_URL and SECRET_KEY for another."
