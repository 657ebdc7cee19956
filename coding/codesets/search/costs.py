"""What a word of a title costs when the query does not name it: the cheaper the title, the more plainly it is meant. Pure."""

from __future__ import annotations

NEUTRAL_COST = 0.15
_COST_OF_A_WORD = 0.45
_NEUTRAL = frozenset([
    "unspecified", "nos", "initial", "encounter", "closed", "routine", "part", "with", "without", "not", "specified",
    "uncomplicated", "site", "female", "nonrheumatic", "approach", "organism",
    "nonautologous",
])  # fmt: skip
"""What a title says about a detail that is left open, or about the ordinary case."""
_USUAL = frozenset(["acute", "open"])
"""What is meant more often than not, as long as there is nothing plainer."""
_USUAL_COST = 0.5
_RARELY_MEANT = frozenset([
    "other", "nec", "elsewhere", "classified", "rheumatic", "congenital", "chronic", "diagnostic", "excision", "pathological",
    "stress", "recurrent", "bilateral", "multiple", "autologous",
])  # fmt: skip
"""Other conditions, parts of an organ, and special forms: not meant unless the query says so."""
_RARELY_MEANT_COST = 2.5
_SPECIAL = frozenset([
    "subsequent", "sequela", "sequelae", "complicating", "underdosing", "assault", "newborn", "neonatal", "fetal", "maternal",
    "obstetric", "pregnancy", "childbirth", "puerperium", "postprocedural", "intraoperative", "male", "syphilitic",
    "tuberculous", "gonococcal", "birth",
])  # fmt: skip
"""Later encounters and special patients."""
_SPECIAL_COST = 5.0


def word_cost(word: str, weight: float) -> float:
    """What an unnamed word of a title costs; `weight`: how rare it is."""
    if word in _NEUTRAL:
        return NEUTRAL_COST
    if word in _USUAL:
        return _USUAL_COST
    if word in _SPECIAL:
        return _SPECIAL_COST
    if word in _RARELY_MEANT:
        return _RARELY_MEANT_COST
    return _COST_OF_A_WORD * weight
