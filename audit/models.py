"""Django finds the app's models here."""

from audit.trail.models import AuditEvent

__all__ = ["AuditEvent"]
