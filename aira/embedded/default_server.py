"""Let manage.py use the server of `make run` if no database is configured.

Only manage.py does so. The site, which gunicorn starts, always reports missing settings.
"""

import os
import subprocess
from collections.abc import Mapping

from aira.embedded.cluster import Cluster
from aira.embedded.locations import EmbeddedError

# Setting one of these means another database, or a deployment.
CONFIGURED = ("DATABASE_URL", "DATABASE_DIRECT_URL", "SECRET_KEY", "ALLOWED_HOSTS")
# pytest and the tests set these for all programs that they start.
TESTING = ("PYTEST_VERSION", "PYTEST_CURRENT_TEST", "AIRA_TEST_RUN")


def configured(environment: Mapping[str, str]) -> bool:
    """Tell whether a database is configured."""
    return any(environment.get(name, "").strip() for name in CONFIGURED)


def use_running() -> str | None:
    """Set the variables for the settings from the running server.

    Return a sentence about it, or None if nothing was set.

    Raises EmbeddedError if nothing is configured and no server runs.
    """
    # The import reads .env into the environment, like the settings.
    import aira.environment  # noqa: F401

    if configured(os.environ) or any(name in os.environ for name in TESTING):
        return None
    try:
        cluster = Cluster.locate("run")
        running = cluster.folder.exists() and cluster.running()
    except EmbeddedError:
        # Without the package of the binaries, there is no such server. Django then reports the missing setting.
        return None
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        text = f"The state of the server of `make run` is unknown ({error}). Set DATABASE_URL and SECRET_KEY."
        raise EmbeddedError(text) from error
    if not running:
        raise EmbeddedError(
            "No database is configured, and the server of `make run` does not run. Start `make run` in another "
            "terminal, or set DATABASE_URL and SECRET_KEY (.env.example explains them)."
        )
    os.environ.update(cluster.environment())
    port = cluster.recorded_port(cluster.folder)
    return f"using the database of `make run`, port {port}. To use another one, set DATABASE_URL and SECRET_KEY."
