"""Django finds the app's models here; each lives with its noun."""

from billing.charges.models import Account, Charge, ChargeItem
from billing.claims.models import Claim, ClaimFile, ControlNumber

__all__ = ["Account", "Charge", "ChargeItem", "Claim", "ClaimFile", "ControlNumber"]
