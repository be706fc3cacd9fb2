"""Operations of usage."""

from typing import Unpack

from aira_client.generated.models import Usage
from aira_client.generated.operations import usage as operations
from aira_client.generated.options import Options
from aira_client.resource import Resource


class UsageResource(Resource):
    """The operations `usage.…`.

    How many requests your key sent in the last 30 days, by day and by operation, and how many failed.
    """

    def list(self, **options: Unpack[Options]) -> Usage:
        """Return the use of your key in the last 30 days.

        Requests are counted by day and by operation. The newest appear after about 10 seconds.

        Scope: `usage:read`
        """
        return self._transport.call(operations.LIST, (), options)
