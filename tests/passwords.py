"""Password hashes that cost a test nothing."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """Django's hash with few rounds. The hash names its rounds, so a process with Django's own settings verifies it."""

    iterations = 10
