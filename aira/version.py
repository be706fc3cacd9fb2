"""Name the version of this release. `pyproject.toml` has the same, which a test checks."""

VERSION = "0.1.0"
