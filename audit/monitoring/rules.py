"""The rules of privacy monitoring: which access a privacy officer should look at, and why. Pure functions over facts.

A rule says what it saw as a plain sentence, or None. Rules about a strong tie between person and patient (co-worker,
household, restricted chart) ask for an explanation of the person's own; for the others, work that waits for a group will do.
Numbers that a site may change are limits, each with its range.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import pstdev

from audit.monitoring.facts import Access, Circumstances, PatientFacts, Strength

Judge = Callable[[Circumstances], str | None]


@dataclass(frozen=True)
class Limit:
    """One number of a rule, and between what it may lie."""

    name: str
    label: str
    default: int
    lowest: int
    highest: int


@dataclass(frozen=True)
class Rule:
    """One rule. score: 0-100, how serious; at_once: judged with the access itself, not after the chart has been left."""

    name: str
    title: str
    meaning: str
    score: int
    judge: Judge
    limits: tuple[Limit, ...] = ()
    at_once: bool = False

    def verdict(self, what: Circumstances, chosen: Mapping[str, int]) -> str | None:
        """What the rule saw, with the limits chosen for it, or None."""
        limits = {limit.name: chosen.get(limit.name, limit.default) for limit in self.limits}
        return self.judge(
            Circumstances(what.person, what.baseline, what.patient, what.access, what.day, what.outflow, limits)
        )


def _pair(what: Circumstances) -> tuple[Access, PatientFacts] | None:
    if what.access is None or what.patient is None:
        return None
    return what.access, what.patient


def _tied(what: Circumstances) -> tuple[Access, PatientFacts] | None:
    """An opening that nothing of the person's own explains."""
    pair = _pair(what)
    if pair is None or not pair[0].opened or pair[0].explained >= Strength.OWN:
        return None
    return pair


def _unexplained(what: Circumstances) -> tuple[Access, PatientFacts] | None:
    """Enough openings that nothing explains."""
    pair = _pair(what)
    if pair is None or pair[0].explained > Strength.NONE or pair[0].opened < max(1, what.limits.get("opens", 1)):
        return None
    return pair


def own_chart(what: Circumstances) -> str | None:
    """Any opening or refused attempt at the person's own chart."""
    pair = _pair(what)
    if pair is None or what.person.own_patient_id is None or pair[1].patient_id != what.person.own_patient_id:
        return None
    access = pair[0]
    if not access.opened + access.changed + access.refused:
        return None
    return "Opened the own chart." if access.opened + access.changed else "Tried to open the own chart and was refused."


def household(what: Circumstances) -> str | None:
    """Patient and person share a home, a telephone or an insurance contract."""
    pair = _tied(what)
    if pair is None or pair[1].patient_id == what.person.own_patient_id:
        return None
    shared = pair[1].households & what.person.households
    if not shared:
        return None
    kinds = sorted({key.partition(":")[0] for key in shared})
    return f"Opened the chart of someone of the same household (same {', same '.join(kinds)})."


def same_surname(what: Circumstances) -> str | None:
    """Patient and person share a family name; as many do by chance, any explanation will do."""
    pair = _unexplained(what)
    if pair is None or pair[1].patient_id == what.person.own_patient_id:
        return None
    shared = pair[1].surnames & what.person.surnames
    return "Opened the chart of a patient with the same family name." if shared else None


def co_worker(what: Circumstances) -> str | None:
    """The patient is another member of staff."""
    pair = _tied(what)
    if pair is None or pair[1].employee_id in (None, what.person.actor_id):
        return None
    return "Opened the chart of a member of staff."


def restricted(what: Circumstances) -> str | None:
    """The chart is restricted: a publicly known person, or at someone's request. Attempts in vain count too."""
    pair = _pair(what)
    if pair is None or not pair[1].restricted or pair[1].employee_id is not None:
        return None
    access = pair[0]
    if access.explained >= Strength.OWN or not access.opened + access.refused:
        return None
    return "Opened a restricted chart." if access.opened else "Tried to open a restricted chart and was refused."


def deceased(what: Circumstances) -> str | None:
    """The patient died some time before."""
    pair = _unexplained(what)
    if pair is None or pair[1].deceased_on is None:
        return None
    days = (pair[0].day - pair[1].deceased_on).days
    return f"Opened the chart of a patient who died {days} days before." if days > what.limits["days"] else None


def long_after_discharge(what: Circumstances) -> str | None:
    """The patient has not been here for long."""
    pair = _unexplained(what)
    if pair is None or pair[1].in_house or pair[1].last_seen_on is None:
        return None
    days = (pair[0].day - pair[1].last_seen_on).days
    return f"Opened a chart {days} days after the last stay ended." if days > what.limits["days"] else None


def after_hours(what: Circumstances) -> str | None:
    """Opened at hours at which this person does not work."""
    pair = _unexplained(what)
    if pair is None:
        return None
    usual = what.baseline.hours or frozenset(range(6, 21))
    near = {(hour + step) % 24 for hour in usual for step in (-1, 0, 1)}
    odd = sorted(pair[0].hours - near)
    return f"Opened a chart at an unusual hour ({', '.join(f'{hour:02}:00' for hour in odd)})." if odd else None


def no_relationship(what: Circumstances) -> str | None:
    """Several parts of a chart were read and nothing explains it."""
    pair = _unexplained(what)
    return f"Opened {pair[0].opened} parts of a chart, and nothing on file explains it." if pair else None


def volume_spike(what: Circumstances) -> str | None:
    """Many more patients on one day than this person usually opens; a newcomer is held to a fixed number."""
    day, usual = what.day, what.baseline.usual
    if day is None or day.opened < what.limits["least"]:
        return None
    if len(what.baseline.opened) < what.limits["known_days"]:
        if day.opened <= what.limits["newcomer"]:
            return None
        return f"Opened {day.opened} patients in a day; too new here for a comparison."
    spread = pstdev(what.baseline.opened)
    if day.opened * 100 <= usual * what.limits["percent"] or day.opened <= usual + 3 * spread:
        return None
    return f"Opened {day.opened} patients in a day; a usual day has {usual:.0f}."


def browsing(what: Circumstances) -> str | None:
    """Many searches by a few letters, or by a first name and an initial, that led to no chart."""
    day = what.day
    if day is None or day.fruitless < what.limits["searches"]:
        return None
    if day.fruitless * 100 < day.tiny * what.limits["percent"]:
        return None
    return f"Searched {day.fruitless} times by a few letters without opening a chart."


def bulk_outflow(what: Circumstances) -> str | None:
    """Data of many patients left in one export, print or download."""
    out = what.outflow
    if out is None or out.patients <= what.limits["patients"]:
        return None
    reason = "the reason given stands in the trail" if out.reason else "no reason was given"
    act = out.event.replace(".", " ").replace("_", " ")
    return f"Took out data of {out.patients:,} patients at once ({act}); {reason}."


_OPENS = Limit("opens", "Openings of the chart at least", 2, 1, 50)
RULES: tuple[Rule, ...] = (
    Rule("own_chart", "Own chart", "Opened, or tried to open, the own chart.", 90, own_chart, at_once=True),
    Rule(
        "restricted", "Restricted chart", "A restricted chart, without anything of one's own that explains it.", 85,
        restricted, at_once=True,
    ),
    Rule(
        "bulk_outflow", "Bulk export", "Data of many patients left in one export, print or download.", 80, bulk_outflow,
        (Limit("patients", "More patients than", 50, 1, 100_000),), at_once=True,
    ),
    Rule(
        "household", "Same household", "Same home, telephone or insurance contract as the person.", 80, household,
    ),
    Rule("co_worker", "Co-worker", "The patient is another member of staff.", 70, co_worker),
    Rule("same_surname", "Same family name", "Patient and person share a family name.", 60, same_surname),
    Rule(
        "volume_spike", "Unusual volume", "Many more patients in a day than this person usually opens.", 60, volume_spike,
        (
            Limit("least", "Patients in a day at least", 40, 5, 10_000),
            Limit("percent", "More than this per cent of the usual day", 250, 110, 2000),
            Limit("known_days", "Earlier days needed for a comparison", 5, 2, 28),
            Limit("newcomer", "Without comparison, more patients than", 120, 10, 10_000),
        ),
    ),
    Rule(
        "browsing", "Browsing by name", "Searches by a few letters, or a first name and an initial, that lead to no chart.",
        55, browsing,
        (
            Limit("searches", "Such searches in a day at least", 6, 2, 200),
            Limit("percent", "Per cent of the tiny searches that led nowhere", 60, 10, 100),
        ),
    ),
    Rule(
        "deceased", "Deceased patient", "Long after the patient died, and nothing explains it.", 50, deceased,
        (Limit("days", "Days after death more than", 30, 0, 3650), _OPENS),
    ),
    Rule(
        "after_hours", "Unusual hour", "At hours at which the person does not work, and nothing explains it.", 45,
        after_hours, (_OPENS,),
    ),
    Rule(
        "long_after_discharge", "Long after discharge", "Long after the last stay, and nothing explains it.", 45,
        long_after_discharge, (Limit("days", "Days after the last stay more than", 180, 7, 3650), _OPENS),
    ),
    Rule(
        "no_relationship", "No relationship", "Several parts of a chart were read, and nothing explains it.", 40,
        no_relationship, (Limit("opens", _OPENS.label, 3, 1, 50),),
    ),
)  # fmt: skip
RULE = {rule.name: rule for rule in RULES}
# Said only when no other rule has something to say about the same access.
LAST_RESORT = "no_relationship"
