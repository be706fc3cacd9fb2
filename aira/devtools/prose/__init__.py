"""Check that what people read is plain English: docs, docstrings, comments, messages and templates.

`python -m aira.devtools.prose` reads the files of the project and prints one line for each finding. The rules
are in `rules.py`; `[tool.prose]` in pyproject.toml lists the folders that are not checked yet.
"""
