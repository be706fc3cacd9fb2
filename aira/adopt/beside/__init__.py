"""Adoption beside the original: finished tables are made, filled and kept up to date while services write.

- **made**: the schema `adopting` gets the six tables in their finished form, by the migrations' own statements.
- **copied**: a trigger notes which rows of the originals change; rows are copied in batches; repairs, slot numbers and
  opening entries are made on the copies, which nobody else uses.
- **replayed**: rows that changed meanwhile are copied again and repaired, until few are left.
- **swapped**: with the originals locked, the last few are replayed and the tables change places: `public` has the
  finished ones, `retired` the originals, which go after the proof.
"""

SHADOWS, RETIRED = "adopting", "retired"
# Stands for auth.users in foreign keys until the swap: a constraint to that table would lock it.
ACCOUNTS = f"{SHADOWS}.users"
