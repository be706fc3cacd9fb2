"""Make, fill and update finished tables beside the originals, while services write.

- **made**: the schema `adopting` gets the six tables in their finished form, by the migrations' own statements.
- **copied**: a trigger records which rows of the originals change. Rows are copied in batches. Repairs, slot numbers
  and opening entries are made on the copies, which no service uses.
- **replayed**: changed rows are copied and repaired again, until few are left.
- **swapped**: the originals are locked, the last changed rows are replayed, and the tables change places. `public` has
  the finished tables, and `retired` the originals, which are dropped after the proof.
"""

SHADOWS, RETIRED = "adopting", "retired"
# Foreign keys refer to this table instead of auth.users until the swap. A constraint to auth.users would lock it.
ACCOUNTS = f"{SHADOWS}.users"
