"""Addresses inside the books: the day and the surroundings go along with every link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date

PICK = "pick"


@dataclass(frozen=True)
class Where:
    """The day whose release counts. pick: True beside a coding, where codes can be added."""

    on: date
    pick: bool = False

    def url(self, name: str, *args: str, **words: str | int) -> str:
        """The address of a view of the books."""
        asked: dict[str, str | int] = {"on": self.on.isoformat()}
        if self.pick:
            asked[PICK] = 1
        kept = {key: value for key, value in words.items() if value != ""}
        return f"{reverse(f'codesets:{name}', args=args)}?{urlencode({**asked, **kept})}"


def where(asked: Mapping[str, str]) -> Where:
    """What an address says; without a readable day, today."""
    try:
        on = parse_date(asked.get("on", ""))
    except ValueError:
        on = None
    return Where(on or timezone.localdate(), PICK in asked)


def is_fragment(request: HttpRequest) -> bool:
    """True when a script asks for the inside of a page."""
    return request.headers.get("HX-Request") == "true"
