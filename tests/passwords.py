"""Hash passwords quickly in tests."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """Hash as Django does, with few rounds. The hash names its rounds, so a process with Django's own settings verifies
    it.
    """

    iterations = 10
