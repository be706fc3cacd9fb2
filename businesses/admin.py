from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from aira.console.base import TrashableAdmin
from businesses.models import Business


@admin.register(Business)
class BusinessAdmin(TrashableAdmin):
    list_display = ("name", "business_type", "user", "phone_number", "timezone", "is_active", "created_at")
    list_filter = ("business_type", "is_active", "timezone")
    list_select_related = ("user",)
    search_fields = ("name", "email", "phone_number", "id", "user__email")
    date_hierarchy = "created_at"
    autocomplete_fields = ("user",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Business]:
        return super().get_queryset(request).defer("search")
