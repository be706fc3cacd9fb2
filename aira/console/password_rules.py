"""Rules for the passwords of staff. Each error says what to do."""

from typing import override

from django.contrib.auth import password_validation as rules


class LongEnough(rules.MinimumLengthValidator):
    """Rule of the shortest length."""

    @override
    def get_error_message(self) -> str:
        return f"This password is too short. Choose one with at least {self.min_length} characters."


class UnlikePersonalData(rules.UserAttributeSimilarityValidator):
    """Rule that compares the password with the person's name and e-mail."""

    @override
    def get_error_message(self) -> str:
        return "This password is too similar to the %(verbose_name)s of the person. Choose a different one."


class Uncommon(rules.CommonPasswordValidator):
    """Rule that refuses passwords which many people use."""

    @override
    def get_error_message(self) -> str:
        return "Many people use this password, so it is easy to guess. Choose a different one."
