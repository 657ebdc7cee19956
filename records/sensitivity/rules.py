"""Who may see what carries a sensitivity label, and when a minor comes of age. Pure.

Sources: 42 CFR 2.31 to 2.33 as amended by 89 FR 12472 (16 February 2024): substance use treatment records are used and disclosed
with the patient's written consent, 2.31(a)(5): which may be taken back; 2.51: medical emergencies. 45 CFR 164.501: psychotherapy
notes are kept apart from the rest of the record; 164.508(a)(2): for anyone but their author an authorization of their own is
needed. State law for HIV, genetic, reproductive and behavioural information and for care a minor may consent to alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hims.lib.labels import Label

MAJORITY_YEARS = 18
# Where it is not 18: Alabama Code 26-1-1; Nebraska Rev. Stat. 43-2101; Mississippi Code 1-3-27; Puerto Rico, 31 L.P.R.A. 971.
MAJORITY_ELSEWHERE = {"AL": 19, "NE": 19, "MS": 21, "PR": 21}
# The short notice that 42 CFR 2.32 prescribes; it fits the 80 characters of a claim's note. Then what it means.
SHORT_NOTICE = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
NOTICE = (
    f"{SHORT_NOTICE} They come from treatment for a substance use disorder. Do not pass them on, and do not use them "
    "against the patient, unless the patient has consented in writing or the rule itself allows it."
)


def visible(
    labels: Collection[str], *, cleared: Collection[str], consented: Collection[str] = (), emergency: bool = False,
    author: bool = False,
) -> bool:  # fmt: skip
    """May this person see it? The labels are those of the item together with those of its encounter.

    cleared: labels the person's role opens at the facility. consented: labels of the patient's consents in force. emergency:
    the person broke the glass of this patient. Psychotherapy notes are their author's, whatever else holds.
    """
    if Label.PSYCHOTHERAPY in labels:
        return author
    return emergency or set(labels) <= {*cleared, *consented}


def claim_is_held(labels: Collection[str], consented: Collection[str]) -> bool:
    """May the claim not leave? What a payer is told of substance use treatment needs the patient's consent.

    Source: 42 CFR 2.33(a): payment is a purpose for which the patient consents.
    """
    return Label.PART2 in labels and Label.PART2 not in consented


def redisclosure_notice(*labels: Iterable[str]) -> str:
    """The notice that goes with every copy that leaves the house; "" when nothing in it asks for one (42 CFR 2.32)."""
    return NOTICE if any(Label.PART2 in part for part in labels) else ""


def ordered(labels: Iterable[str]) -> list[str]:
    """Each once, in alphabetical order, as rows keep them. Raises ValueError for a word that is no label."""
    return sorted({Label(word).value for word in labels})


def majority_at(birth_date: date, zone: str, state: str = "") -> datetime:
    """The moment, in UTC, at which a person comes of age: midnight, where the facility is, at the start of the birthday.

    state: two letters. Born on 29 February: on 1 March of a year without that day.
    """
    years = MAJORITY_ELSEWHERE.get(state.upper(), MAJORITY_YEARS)
    year = birth_date.year + years
    try:
        birthday = birth_date.replace(year=year)
    except ValueError:
        birthday = date(year, 3, 1)
    return datetime(birthday.year, birthday.month, birthday.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def is_minor(birth_date: date, at: datetime, zone: str, state: str = "") -> bool:
    """Not yet of age at this moment; what a parent's access hangs on."""
    return at < majority_at(birth_date, zone, state)
