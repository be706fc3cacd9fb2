from collections import Counter

from tests.database import Database
from tests.security.mutation import killed_by, mutants


def test_every_dropped_or_loosened_policy_and_grant_is_noticed(database: Database) -> None:
    connection = database.connect(autocommit=False)
    every = list(mutants(connection))
    killers = {mutant: killed_by(connection, mutant) for mutant in every}
    connection.close()
    survivors = [mutant for mutant, killer in killers.items() if killer is None]
    by_kind = Counter(mutant.kind for mutant in every)
    print(f"\n{len(every) - len(survivors)} of {len(every)} mutants noticed, by {dict(Counter(killers.values()))}")
    print("\n".join(f"  {kind}: {count}" for kind, count in sorted(by_kind.items())))
    assert len(every) > 300
    assert survivors == []
