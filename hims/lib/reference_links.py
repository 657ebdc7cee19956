"""Links to references a site has licensed, as it writes them in its settings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from hims.lib.env import SettingError

CODE = "{code}"
_EXPECTED = "HIMS_REFERENCE_LINKS: write NAME=https://host/path?code={code}, several parted by a vertical bar"


@dataclass(frozen=True)
class ReferenceLink:
    """One reference. template: an https address in which {code} stands for the code as printed."""

    label: str
    template: str

    def url(self, code: str) -> str:
        """The address for one code."""
        return self.template.replace(CODE, quote(code, safe=""))


def reference_links(text: str) -> tuple[ReferenceLink, ...]:
    """`"Coding Clinic=https://books.example/cc?code={code}|..."`. Raises SettingError naming the faulty part."""
    return tuple(_link(part.strip()) for part in text.split("|") if part.strip())


def _link(part: str) -> ReferenceLink:
    label, separator, template = (each.strip() for each in part.partition("="))
    address = urlsplit(template)
    if not (label and separator and address.scheme == "https" and address.hostname and CODE in template):
        raise SettingError(f"{_EXPECTED}; {part[:60]!r} is not of this form.")
    if re.search(r"[\s<>\"]", template):
        raise SettingError(f"{_EXPECTED}; the address of {label!r} holds a blank or a quotation mark.")
    return ReferenceLink(label, template)


def links_for(links: Sequence[ReferenceLink], code: str) -> Iterable[dict[str, str]]:
    """Words and address of each reference for one code."""
    return [{"label": link.label, "url": link.url(code)} for link in links]
