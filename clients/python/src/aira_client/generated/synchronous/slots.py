"""Operations of slots."""

import builtins
from typing import Unpack

from aira_client.generated.models import (
    Slot,
)
from aira_client.generated.operations import slots as operations
from aira_client.resource import Resource


class SlotsResource(Resource):
    """The operations `slots.…`.

    The free times of a business, within its opening hours and booking rules.
    """

    def list(self, **options: Unpack[operations.SlotsList]) -> builtins.list[Slot]:
        """Return the slots of a business from start to end.

        Return the slots of a business from `start` to `end`.

        Scope: `slots:read`
        """
        return self._transport.call(operations.LIST, (), options)

    def nearest(self, **options: Unpack[operations.SlotsNearest]) -> builtins.list[Slot]:
        """Return the slots nearest to a time.

        Scope: `slots:read`
        """
        return self._transport.call(operations.NEAREST, (), options)
