"""List the tenants and customers of the demo."""

from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5


@dataclass(frozen=True)
class Tenant:
    """Tenant of the demo."""

    email: str
    name: str
    business_type: str
    description: str
    address: str
    timezone: str
    phone: str
    number: str
    country: str
    currency: str
    hours: dict[str, Any]
    services: tuple[tuple[str, int], ...]
    documents: tuple[str, ...]
    bookings_a_week: int
    top_up: int
    capacity: int = 1

    @property
    def user(self) -> UUID:
        """Id of the account."""
        return identity(self.email)


def identity(name: str) -> UUID:
    """Return the same id for a name in every run, which makes the demo idempotent."""
    return uuid5(NAMESPACE_URL, f"aira-demo:{name}")


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
TENANTS = (
    Tenant(
        email="alice@trattoria.example",
        name="Trattoria da Alice",
        business_type="restaurant",
        description="Family kitchen from Emilia-Romagna: fresh pasta, a short wine list, a garden in summer.",
        address="Weserstraße 41, 12045 Berlin",
        timezone="Europe/Berlin",
        phone="+493055550141",
        number="+493055550142",
        country="DE",
        currency="USD",
        hours={
            "weekly": {
                **{day: [["12:00", "14:30"], ["18:00", "23:00"]] for day in (*WEEKDAYS[1:], "sat")},
                "sun": [["12:00", "22:00"]],
            },
            "special": {"2026-12-24": [], "2026-12-31": [["18:00", "02:00"]]},
        },
        services=(("Table for two", 90), ("Table for four", 120), ("Table for six", 150)),
        documents=("Menu autumn 2026.pdf", "Wine list.pdf", "Allergens.xlsx"),
        bookings_a_week=38,
        top_up=50,
        capacity=8,
    ),
    Tenant(
        email="bob@spokes.example",
        name="Spokes & Sons",
        business_type="retail",
        description="Bicycles and repairs; test rides by appointment.",
        address="14 Church Street, Bengaluru 560001",
        timezone="Asia/Kolkata",
        phone="+918055550161",
        number="+918055550162",
        country="IN",
        currency="INR",
        hours={"weekly": {day: [["10:00", "20:00"]] for day in (*WEEKDAYS, "sat")}},
        services=(("Test ride", 30), ("Repair drop-off", 15), ("Bike fitting", 60)),
        documents=("Price list.pdf", "Opening offers.docx"),
        bookings_a_week=16,
        top_up=2500,
        capacity=2,
    ),
    Tenant(
        email="carol@brightsmile.example",
        name="Bright Smile Dental",
        business_type="service",
        description="Dental practice: check-ups, cleaning, emergencies.",
        address="500 Terry A Francois Blvd, San Francisco, CA 94158",
        timezone="America/Los_Angeles",
        phone="+14155550181",
        number="+14155550182",
        country="US",
        currency="USD",
        hours={
            "weekly": {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in WEEKDAYS},
            "closures": [{"from": "2026-12-24T00:00", "to": "2027-01-04T00:00"}],
        },
        services=(("Check-up", 30), ("Cleaning", 45), ("Filling", 60)),
        documents=("Insurance FAQ.pdf", "Aftercare.pdf", "Price list 2026.pdf", "New patient form.docx"),
        bookings_a_week=22,
        top_up=100,
    ),
)
CUSTOMERS = (
    *("Ada Brandt", "Ben Okafor", "Chiara Russo", "Deepa Nair", "Elif Yılmaz", "Frank Müller", "Grace Kim"),
    *("Hiro Tanaka", "Ines Duarte", "Jonas Weber", "Kavya Rao", "Liam O'Brien", "Mina Haddad", "Noah Smith"),
    *("Olga Petrova", "Pablo Ruiz", "Quinn Taylor", "Rosa Fernández", "Sanjay Mehta", "Thandi Nkosi"),
)
