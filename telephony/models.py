"""Phone numbers that customers call. The UI's server buys them from Twilio."""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Func, Q, Value

from aira.events.triggers import tells
from aira.schema import texts
from aira.schema.enums import EnumField
from aira.schema.models import Index, OwnedByAccount, PhoneDigits, PhoneKey, TrashableQuerySet
from aira.schema.phone_numbers import E164
from aira.schema.triggers import Trigger, audited
from aira.sync.triggers import followed
from businesses.models import Business, BusinessChild


class NumberType(models.TextChoices):
    """Type of a phone number."""

    LOCAL = "local"
    TOLL_FREE = "toll_free", "Toll-free"
    MOBILE = "mobile"
    INTERNATIONAL = "international"
    VANITY = "vanity"


class BusinessNumber(BusinessChild):
    """A phone number that customers call. The UI's server buys and configures it."""

    user = OwnedByAccount(
        related_name="business_numbers",
        verbose_name="owner",
        blank=True,
        help_text="The account that owns the phone number. If it is left empty, the owner of the business owns it.",
    )
    business = models.ForeignKey(
        Business,
        models.DB_SET_NULL,
        null=True,
        blank=True,
        related_name="numbers",
        db_constraint=False,
        db_index=False,
        help_text="The business that customers reach by this phone number. Empty if no business uses it.",
    )

    phone_number = models.TextField(
        unique=True, help_text="The phone number with its country code, such as +14155550123 (E.164)."
    )
    display_name = models.TextField(help_text="Name by which staff and the owner recognise the phone number.")
    country_code = models.TextField(help_text="Code of the country, such as US (ISO 3166).")
    number_type = EnumField(
        "business_number_type",
        choices=NumberType,
        help_text="Type of the phone number: local, toll-free, mobile, international or vanity (spells a word).",
    )

    twilio_sid = models.TextField(
        null=True, blank=True, unique=True, verbose_name="Twilio SID", help_text="Twilio's id of the phone number."
    )
    twilio_account_sid = models.TextField(
        null=True,
        blank=True,
        verbose_name="Twilio account SID",
        help_text="Id of the account at Twilio that bought the phone number.",
    )
    voice_url = models.TextField(
        null=True,
        blank=True,
        verbose_name="voice URL",
        help_text="Web address of the Voice Agent, to which Twilio passes calls. If it is left empty, the database "
        "fills it in.",
    )
    sms_url = models.TextField(
        null=True,
        blank=True,
        verbose_name="SMS URL",
        help_text="Web address to which Twilio passes text messages from customers.",
    )
    status_callback_url = models.TextField(
        null=True,
        blank=True,
        verbose_name="status callback URL",
        help_text="Web address to which Twilio reports the result of each call.",
    )
    capabilities = models.JSONField(
        null=True,
        blank=True,
        help_text='What the phone number can do, as JSON: {"voice": true, "sms": false}. Keys: voice, sms, mms, fax.',
    )

    is_primary = models.BooleanField(
        db_default=False,
        verbose_name="primary",
        help_text="The business shows its primary number first. It has at most one.",
    )
    is_active = models.BooleanField(
        db_default=True,
        verbose_name="active",
        help_text="The Voice Agent answers calls to the phone number only if it is active.",
    )
    provider = models.TextField(db_default="twilio", help_text="The company that provides the phone number.")

    purchase_date = models.DateTimeField(null=True, blank=True, help_text="When the phone number was bought.")
    monthly_cost = models.DecimalField(
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Price of a month, in the currency of the provider.",
    )
    features = models.JSONField(
        db_default=Value([], models.JSONField()),
        blank=True,
        help_text='Extra features from the provider, as a JSON list such as ["call recording"]. At most 64 kB.',
    )
    notes = models.TextField(
        null=True, blank=True, help_text="Notes that the owner and staff can read. At most 10,000 characters."
    )

    objects: ClassVar = TrashableQuerySet["BusinessNumber"].as_manager()

    class Meta(BusinessChild.Meta):
        db_table = "business_numbers"
        ordering = ["phone_number"]
        verbose_name = "phone number"
        indexes = [
            # Row security: each policy filters by the owner.
            Index(name="idx_business_numbers_user_id", fields=["user"]),
            # For the composite foreign key to the business. Console: the page of a business.
            Index(name="idx_business_numbers_business_id", fields=["business", "user"]),
            # The original table had this index.
            Index(
                name="idx_business_numbers_active_business",
                fields=["business", "is_active"],
                condition=Q(business__isnull=False),
            ),
            # Console search: a phone number by either end.
            Index(OpClass(PhoneKey("phone_number"), name="text_pattern_ops"), name="idx_business_numbers_phone_key"),
            Index(
                OpClass(PhoneDigits("phone_number"), name="text_pattern_ops"), name="idx_business_numbers_phone_start"
            ),
            # API: the newest rows of all tenants, page by page.
            Index(name="idx_business_numbers_created", fields=["-created_at", "-id"]),
            # Purge of the trash.
            Index(
                name="idx_business_numbers_trash",
                fields=["deleted_at"],
                condition=Q(deleted_at__isnull=False),
            ),
        ]
        constraints = [
            # The owner is part of it, though the business determines it. Without it, the error would tell another
            # tenant that the business has a primary number.
            models.UniqueConstraint(
                name="business_has_one_primary_number",
                fields=["business", "user"],
                condition=Q(is_primary=True, deleted_at__isnull=True),
                violation_error_message="This business already has a primary number. Change that one first.",
            ),
            models.CheckConstraint(
                name="number_is_e164",
                condition=Q(phone_number__regex=E164),
                violation_error_message=(
                    "Write the phone number with its country code and without spaces, such as +14155550123 (E.164)."
                ),
            ),
            texts.readable("number_display_name_readable", "display_name", texts.NAME, "The display name"),
            texts.readable("number_country_code_readable", "country_code", 10, "The country code"),
            texts.foreign_id("number_twilio_sid_is_id", "twilio_sid", "The Twilio SID"),
            texts.foreign_id("number_twilio_account_sid_is_id", "twilio_account_sid", "The Twilio account SID"),
            texts.web_address("number_voice_url_is_web_address", "voice_url", "The voice URL"),
            texts.web_address("number_sms_url_is_web_address", "sms_url", "The SMS URL"),
            texts.web_address("number_status_url_is_web_address", "status_callback_url", "The status callback URL"),
            texts.readable("number_provider_readable", "provider", texts.NAME, "The provider"),
            texts.json_at_most("number_features_size", "features", "The features"),
            texts.at_most("number_notes_length", "notes", texts.NOTES, "The notes"),
            models.CheckConstraint(
                name="number_cost_not_negative",
                # numeric accepts NaN, which is greater than every number.
                condition=Q(monthly_cost__gte=0) & Q(monthly_cost__lte=99_999_999),
                violation_error_message="The monthly cost must be between 0 and 99,999,999.",
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
                violation_error_message='The features must be a JSON list, such as ["call recording"].',
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
                    "The capabilities must be a JSON object with the keys voice, sms, mms and fax, and true or false."
                ),
            ),
        ]
        triggers = [
            *BusinessChild.Meta.triggers,
            audited(),
            followed(),
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
            tells(
                "added",
                pgtrigger.Insert,
                condition=pgtrigger.Q(new__deleted_at__isnull=True),
                calls="private.number_event()",
            ),
            tells(
                "changed",
                pgtrigger.UpdateOf("deleted_at"),
                condition="old.deleted_at is null and new.deleted_at is not null"
                " or old.deleted_at is not null and new.deleted_at is null",
                calls="private.number_event()",
            ),
        ]

    def __str__(self) -> str:
        return self.phone_number
