"""Lists by fiscal year: POA-exempt diagnoses, and MS-DRG Table 5. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from coding.codesets.official.parsed import Parsed, Progress, WeightEntry, fit, refuse
from coding.codesets.official.readers.text import cells_of, column, delimiter_of, heading, lines_of
from coding.codesets.rules import is_cm_shaped, undotted

_HEADING_WITHIN = 12
_YEAR = re.compile(r"\b(?:FY|FISCAL YEAR)\s*(20[0-9]{2})\b", re.IGNORECASE)
_ORDER_LINE = re.compile(r"[0-9]{5} [A-Z0-9]{3,7} +[01] ")
_DRG = re.compile(r"[0-9]{3}\Z")
_NUMBERS = (("weight", "weight"), ("gmlos", "geometric mean stay"), ("amlos", "arithmetic mean stay"))
_FLAGS = (("post_acute", "post-acute"), ("special_pay", "special pay"))
_MOST = Decimal(1000)
_NO_NUMBER = {"", "-", "--", "n/a", "na", "*", "**", "+", "++"}


def read_poa_exempt(content: bytes, progress: Progress | None = None) -> Parsed:
    """Diagnoses exempt from POA reporting: one a line, in the first column that holds a code; titles are not kept."""
    parsed = Parsed()
    codes: dict[str, int] = {}
    for number, line in lines_of(content, progress):
        if _ORDER_LINE.match(line):
            raise refuse(
                number, "this is a line of an order file, which lists all codes. Choose the kind that fits the file."
            )
        parsed.year = parsed.year or _year_in(line)
        code = next((code for cell in _words(line) if is_cm_shaped(code := undotted(cell)) and _coded(cell)), "")
        if not code:
            if codes and line.strip() and not _footnote(line):
                raise refuse(number, "the line holds no ICD-10-CM code. Is this the POA exempt list, unchanged?")
            continue
        if code in codes:
            raise refuse(number, f"{code} stands in the list twice, first in line {codes[code]}.")
        codes[code] = number
    if not codes:
        raise refuse(1, "the file lists no ICD-10-CM code. Is this the POA exempt list?")
    parsed.exemptions, parsed.read = list(codes), len(codes)
    return parsed


def _words(line: str) -> Sequence[str]:
    """The first cells: a row number may come before the code."""
    cut = delimiter_of(line)
    cells = cells_of(line, cut) if cut in line else line.split()
    return cells[:2]


def _coded(cell: str) -> bool:
    return cell == cell.upper() and " " not in cell.strip()


def _footnote(line: str) -> bool:
    return not any(ch.isdigit() for ch in line) or line.lstrip().startswith(("*", "Note", "#"))


def read_drg_weights(content: bytes, progress: Progress | None = None) -> Parsed:
    """Table 5 of the IPPS rule as tab, comma or semicolon text: a heading line with its columns, then one MS-DRG a line."""
    parsed = Parsed()
    found: dict[str, WeightEntry] = {}
    places: dict[str, int] | None = None
    cut, width = "\t", 0
    for number, line in lines_of(content, progress):
        if places is None:
            parsed.year = _one_year(parsed.year, line, number)
            cut = delimiter_of(line)
            cells = cells_of(line, cut)
            places, width = _weight_columns(cells), len(cells)
            if places is None and number > _HEADING_WITHIN:
                raise refuse(number, "no line names the columns MS-DRG, Weights, Geometric and Arithmetic mean LOS.")
            continue
        if not line.strip() or (found and _footnote(line)):
            continue
        entry = _weight(cells_of(line, cut), places, width, number)
        if entry.drg in found:
            raise refuse(number, f"MS-DRG {entry.drg} stands in the table twice.")
        if found and entry.drg < max(found):
            raise refuse(
                number, f"MS-DRG {entry.drg} follows {max(found)}: lines are out of order or of another table."
            )
        found[entry.drg] = entry
    if places is None or not found:
        raise refuse(
            1, "no line names the columns MS-DRG, Weights, Geometric and Arithmetic mean LOS. Is this Table 5?"
        )
    parsed.weights, parsed.read = list(found.values()), len(found)
    parsed.edition = f"FY{parsed.year}" if parsed.year else ""
    return parsed


def _weight_columns(cells: Sequence[str]) -> dict[str, int] | None:
    names = [heading(cell) for cell in cells]
    wanted = {
        "drg": ("msdrg",), "weight": ("weights", "weight", "relativeweight", "relativeweights"),
        "gmlos": ("geometricmeanlos", "gmlos"), "amlos": ("arithmeticmeanlos", "amlos"),
        "title": ("msdrgtitle", "title"),
    }  # fmt: skip
    places = {key: column(names, *each) for key, each in wanted.items()}
    places["post_acute"] = next((at for at, name in enumerate(names) if "postacute" in name), None)
    places["special_pay"] = next((at for at, name in enumerate(names) if "specialpay" in name), None)
    if any(place is None for place in places.values()):
        return None
    found = {key: place for key, place in places.items() if place is not None}
    return {**found, "mdc": _or_none(column(names, "mdc")), "type": _or_none(column(names, "type"))}


def _or_none(place: int | None) -> int:
    return -1 if place is None else place


def _weight(cells: Sequence[str], places: dict[str, int], width: int, number: int) -> WeightEntry:
    if len(cells) != width:
        raise refuse(
            number, f"{len(cells)} columns, the heading has {width}. The line is cut or the separator is mixed."
        )

    def cell(name: str) -> str:
        return cells[places[name]] if places[name] >= 0 else ""

    drg = cell("drg").zfill(3)
    if not _DRG.match(drg) or not cell("drg"):
        raise refuse(number, f"{cell('drg')[:20]!r} is no MS-DRG (three digits).")
    title = fit(cell("title"), 200, number, "the title")
    if not title:
        raise refuse(number, f"MS-DRG {drg} has no title.")
    weight, gmlos, amlos = (_decimal(cell(name), drg, words, number) for name, words in _NUMBERS)
    post_acute, special_pay = (_flag(cell(name), drg, words, number) for name, words in _FLAGS)
    mdc, kind = fit(cell("mdc"), 4, number, "the MDC"), fit(cell("type"), 8, number, "the type")
    return WeightEntry(drg, title, mdc, kind, weight, gmlos, amlos, post_acute, special_pay)


def _decimal(text: str, drg: str, name: str, number: int) -> str:
    if text.lower() in _NO_NUMBER:
        return ""
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise refuse(number, f"the {name} of MS-DRG {drg} is {text[:20]!r}, no number.") from None
    if not value.is_finite() or not 0 <= value < _MOST:
        raise refuse(number, f"the {name} of MS-DRG {drg} is {text[:20]}, expected is 0 to {_MOST}.")
    return str(value)


def _flag(text: str, drg: str, name: str, number: int) -> bool:
    if text.lower() not in ("yes", "no"):
        raise refuse(number, f"{name} of MS-DRG {drg} is {text[:20]!r}, expected is Yes or No.")
    return text.lower() == "yes"


def _year_in(line: str) -> int | None:
    found = _YEAR.search(line)
    return int(found.group(1)) if found else None


def _one_year(known: int | None, line: str, number: int) -> int | None:
    years = {int(year) for year in _YEAR.findall(line)} | ({known} if known else set())
    if len(years) > 1:
        raise refuse(
            number, f"the heading names the fiscal years {' and '.join(map(str, sorted(years)))}: two are mixed."
        )
    return next(iter(years), None)
