"""Staff: people who log in to the console. The product's users are `Account`s."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models


class StaffUser(AbstractUser):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        db_table = "staff_users"
        verbose_name = "staff member"
