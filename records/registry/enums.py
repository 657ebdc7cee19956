"""Closed vocabularies of the patient registry."""

from django.db.models import TextChoices


class Sex(TextChoices):
    """Administrative sex, as registered and as claims carry it (X12 DMG03)."""

    FEMALE = "F", "Female"
    MALE = "M", "Male"
    UNKNOWN = "U", "Unknown"


class AddressUse(TextChoices):
    HOME = "home", "Home"
    WORK = "work", "Work"
    TEMPORARY = "temp", "Temporary"
    BILLING = "billing", "Billing"
    OLD = "old", "Former"


class PhoneUse(TextChoices):
    HOME = "home", "Home"
    MOBILE = "mobile", "Mobile"
    WORK = "work", "Work"
    EMAIL = "email", "E-mail"


class NameUse(TextChoices):
    ALIAS = "alias", "Also known as"
    MAIDEN = "maiden", "Birth name"
    OLD = "old", "Former name"
    PREFERRED = "preferred", "Name to use"


class PayerKind(TextChoices):
    """Claim filing indicator, X12 SBR09."""

    MEDICARE_A = "MA", "Medicare Part A"
    MEDICARE_B = "MB", "Medicare Part B"
    MEDICAID = "MC", "Medicaid"
    BLUE_CROSS = "BL", "Blue Cross/Blue Shield"
    COMMERCIAL = "CI", "Commercial insurance"
    HMO = "HM", "Health maintenance organization"
    SELF_PAY = "09", "Self-pay"


class Relationship(TextChoices):
    """Patient's relationship to the subscriber, X12 PAT01/SBR02."""

    SELF = "18", "Self"
    SPOUSE = "01", "Spouse"
    CHILD = "19", "Child"
    OTHER = "G8", "Other"


class Restriction(TextChoices):
    """Why a chart is restricted."""

    VIP = "vip", "Publicly known person"
    EMPLOYEE = "employee", "Member of staff"
    REQUESTED = "requested", "At the patient's request"
    SAFETY = "safety", "For the patient's safety"
