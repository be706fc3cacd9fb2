from typing import Any

import pytest

from aira.db.server import has_table


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("public.business_v2", True),
        ("private.service_endpoints", True),
        ("public.service_endpoints", False),
        ("nowhere.business_v2", False),
    ],
)
def test_a_table_is_there_under_its_whole_name_alone(direct: Any, name: str, there: bool) -> None:
    assert has_table("direct", name) is there
