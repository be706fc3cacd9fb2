"""Test that modules don't import each other in a circle, not even inside functions or for type checkers."""

from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

ROOTS = ("aira", "businesses", "telephony", "billing", "bookings", "knowledge")


def imports_of_modules() -> dict[str, set[str]]:
    graph = grimp.build_graph(*ROOTS, exclude_type_checking_imports=False)
    return {module: graph.find_modules_directly_imported_by(module) - {module} for module in graph.modules}


def test_no_module_imports_itself_through_others() -> None:
    found = imports_of_modules()
    assert "aira.schema.models" in found["billing.models.wallets"]
    try:
        TopologicalSorter(found).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))
