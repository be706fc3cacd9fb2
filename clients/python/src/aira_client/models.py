"""Objects of answers: `from aira_client.models import Appointment`."""

from aira_client.generated.models import *
