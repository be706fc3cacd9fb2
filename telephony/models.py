"""Phone numbers that customers call, as bought from Twilio."""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Func, Q, Value

from aira.schema import texts
from aira.schema.enums import EnumField
from aira.schema.models import Index, OwnedByAccount, PhoneKey, TrashableQuerySet
from aira.schema.phone_numbers import E164
from aira.schema.triggers import Trigger, audited
from businesses.models import Business, BusinessChild


class NumberType(models.TextChoices):
    """What kind of phone number it is."""

    LOCAL = "local"
    TOLL_FREE = "toll_free"
    MOBILE = "mobile"
    INTERNATIONAL = "international"
    VANITY = "vanity"


class BusinessNumber(BusinessChild):
    """A phone number that customers call. It is bought and configured by the UI's server."""

    user = OwnedByAccount(
        related_name="business_numbers",
        verbose_name="owner",
        blank=True,
        help_text="The account that the number belongs to. Left out, it is the owner of the business.",
    )
    business = models.ForeignKey(
        Business,
        models.DB_SET_NULL,
        null=True,
        blank=True,
        related_name="numbers",
        db_constraint=False,
        db_index=False,
        help_text="The business that answers. Empty while the number is assigned to none.",
    )

    phone_number = models.TextField(unique=True, help_text="E.164, such as +14155550123.")
    display_name = models.TextField(help_text="What staff and owners call the number.")
    country_code = models.TextField(help_text="ISO 3166 code of its country, such as US.")
    number_type = EnumField("business_number_type", choices=NumberType, help_text="What kind of number it is.")

    twilio_sid = models.TextField(null=True, blank=True, unique=True, help_text="Twilio's id of the number.")
    twilio_account_sid = models.TextField(
        null=True, blank=True, help_text="Twilio's id of the account that it was bought with."
    )
    voice_url = models.TextField(
        null=True, blank=True, help_text="The Voice Agent's address; filled in when it is left empty."
    )
    sms_url = models.TextField(
        null=True, blank=True, help_text="Where Twilio sends text messages: an http or https address."
    )
    status_callback_url = models.TextField(
        null=True, blank=True, help_text="Where Twilio reports what became of a call: an http or https address."
    )
    capabilities = models.JSONField(
        null=True, blank=True, help_text='{"voice": true, "sms": true, …}, of voice, sms, mms and fax.'
    )

    is_primary = models.BooleanField(db_default=False, help_text="A business has at most one primary number.")
    is_active = models.BooleanField(db_default=True, help_text="An inactive number is not answered.")
    provider = models.TextField(db_default="twilio", help_text="Who the number was bought from.")

    purchase_date = models.DateTimeField(null=True, blank=True, help_text="When it was bought.")
    monthly_cost = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="In the currency that the provider bills in."
    )
    features = models.JSONField(
        db_default=Value([], models.JSONField()),
        blank=True,
        help_text="A JSON list of what the provider adds to the number. At most 64 kB.",
    )
    notes = models.TextField(
        null=True, blank=True, help_text="Free text of its owner and of staff. At most 10,000 characters."
    )

    objects: ClassVar = TrashableQuerySet["BusinessNumber"].as_manager()

    class Meta(BusinessChild.Meta):
        db_table = "business_numbers"
        ordering = ["phone_number"]
        indexes = [
            # Row security: each policy filters by the owner.
            Index(name="idx_business_numbers_user_id", fields=["user"]),
            # The composite foreign key to the business; the business page.
            Index(name="idx_business_numbers_business_id", fields=["business", "user"]),
            # As the original tables had it.
            Index(
                name="idx_business_numbers_active_business",
                fields=["business", "is_active"],
                condition=Q(business__isnull=False),
            ),
            # Console search: a phone number by its end.
            Index(OpClass(PhoneKey("phone_number"), name="text_pattern_ops"), name="idx_business_numbers_phone_key"),
            # API: the newest of all, page by page.
            Index(name="idx_business_numbers_created", fields=["-created_at", "-id"]),
            # Purge of the trash.
            Index(
                name="idx_business_numbers_trash",
                fields=["deleted_at"],
                condition=Q(deleted_at__isnull=False),
            ),
        ]
        constraints = [
            # With the owner, whom the business determines: without, another tenant would learn from the error that a
            # business has one.
            models.UniqueConstraint(
                name="business_has_one_primary_number",
                fields=["business", "user"],
                condition=Q(is_primary=True, deleted_at__isnull=True),
                violation_error_message="The business has a primary number already; make that one secondary first.",
            ),
            models.CheckConstraint(
                name="number_is_e164",
                condition=Q(phone_number__regex=E164),
                violation_error_message="The number must be in E.164 form, such as +14155550123.",
            ),
            texts.readable("number_display_name_readable", "display_name", texts.NAME, "The display name"),
            texts.readable("number_country_code_readable", "country_code", 10, "The country code"),
            texts.foreign_id("number_twilio_sid_is_id", "twilio_sid", "The Twilio sid"),
            texts.foreign_id("number_twilio_account_sid_is_id", "twilio_account_sid", "The Twilio account sid"),
            texts.web_address("number_voice_url_is_web_address", "voice_url", "The voice URL"),
            texts.web_address("number_sms_url_is_web_address", "sms_url", "The SMS URL"),
            texts.web_address("number_status_url_is_web_address", "status_callback_url", "The status callback URL"),
            texts.readable("number_provider_readable", "provider", texts.NAME, "The provider"),
            texts.json_at_most("number_features_size", "features", "The features"),
            texts.at_most("number_notes_length", "notes", texts.NOTES, "The notes"),
            models.CheckConstraint(
                name="number_cost_not_negative",
                # numeric takes NaN, which is greater than every number.
                condition=Q(monthly_cost__gte=0) & Q(monthly_cost__lte=99_999_999),
                violation_error_message="The monthly cost must be a number of at least 0.",
            ),
            models.CheckConstraint(
                name="number_features_is_list",
                condition=Q(
                    Func(
                        F("features"),
                        template="(jsonb_typeof(%(expressions)s) = 'array')",
                        output_field=models.BooleanField(),
                    )
                ),
                violation_error_message="Features must be a JSON list.",
            ),
            models.CheckConstraint(
                name="number_capabilities_known",
                condition=Q(
                    Func(
                        F("capabilities"),
                        function="private.capabilities_valid",
                        output_field=models.BooleanField(),
                    )
                ),
                violation_error_message=(
                    "Capabilities must be a JSON object with the keys voice, sms, mms, fax and true or false."
                ),
            ),
        ]
        triggers = [
            *BusinessChild.Meta.triggers,
            audited(),
            Trigger(
                name="voice_url_is_voice_agent",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("voice_url"),
                calls="private.check_voice_url()",
            ),
            Trigger(
                name="take_over_trashed_number",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                calls="private.take_over_trashed_number()",
            ),
        ]

    def __str__(self) -> str:
        return self.phone_number
