from collections import Counter

import pytest

from tests.database import Database
from tests.security.mutation import killed_by, mutants


@pytest.mark.parametrize("step", [4, pytest.param(1, marks=pytest.mark.slow)])
def test_every_dropped_or_loosened_policy_and_grant_is_noticed(database: Database, step: int) -> None:
    """Try each mutant. The quick run tries every fourth."""
    connection = database.connect(autocommit=False)
    every = list(mutants(connection))[::step]
    killers = {mutant: killed_by(connection, mutant) for mutant in every}
    connection.close()
    survivors = [mutant for mutant, killer in killers.items() if killer is None]
    by_kind = Counter(mutant.kind for mutant in every)
    print(f"\n{len(every) - len(survivors)} of {len(every)} mutants noticed, by {dict(Counter(killers.values()))}")
    print("\n".join(f"  {kind}: {count}" for kind, count in sorted(by_kind.items())))
    assert len(every) > 300 // step
    assert survivors == []
