"""Words of the builder of ICD-10-PCS codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from coding.codesets.browse import pcs, pcs_rules
from coding.codesets.browse.pcs_rules import TABLE_LENGTH
from coding.codesets.browse.places import Where
from coding.codesets.enums import CodeSystem
from coding.codesets.search.find import search

MOST_TABLES = 60
MOST_HITS = 40
STEPS = ("Section", "Body system", "Operation")


def builder(typed: pcs_rules.Typed, at: Where) -> dict[str, Any]:
    """The PCS builder as it stands: what is chosen, what may come next, and the code when it is complete."""
    code = typed.code
    if len(code) < TABLE_LENGTH:
        return _choose_table(code, typed.words, at)
    table = pcs.table(code[:TABLE_LENGTH], at.on)
    if table is None:
        return {"code": code, "options": [], "problem": f"There is no table {code[:3]} on this day.", "steps": []}
    return _choose_values(table, code, typed.words, at)


def _choose_table(code: str, words: Sequence[str], at: Where) -> dict[str, Any]:
    heads = pcs.heads(at.on)
    fits = [head for head in heads if head.characters.startswith(code)]
    if words:
        named = [head for head in fits if all(_word_in(word, head.words) for word in words)]
        options = [
            {
                **_option(head.characters, f"{head.operation}, {head.body_system}", head.section, at),
                "value": head.characters,
            }
            for head in named[:MOST_TABLES]
        ]
        return _state(code, "Table", [*options, *_searched(code, words, at)], fits, at)
    length = len(code) + 1
    names = {1: "section", 2: "body_system", 3: "operation"}
    once = {head.characters[:length]: getattr(head, names[length]) for head in fits}
    options = [_option(characters, label, "", at) for characters, label in once.items()]
    return _state(code, ("Section", "Body system", "Operation")[length - 1], options, fits, at)


def _state(
    code: str, axis: str, options: list[dict[str, Any]], fits: Sequence[pcs.TableHead], at: Where
) -> dict[str, Any]:
    steps = []
    if code and fits:
        names = (fits[0].section, fits[0].body_system)
        steps = [
            {
                "axis": ("Section", "Body system")[place],
                "value": code[place],
                "label": names[place],
                "undo": code[:place],
            }
            for place in range(len(code))
        ]
    problem = "" if options else "Nothing fits on this day. Take a character back, or use other words."
    return {
        "code": code,
        "axis": axis,
        "options": options,
        "steps": steps,
        "problem": problem,
        "none_loaded": not pcs.heads(at.on),
    }


def _searched(code: str, words: Sequence[str], at: Where) -> list[dict[str, Any]]:
    """What the search of codes knows under these words, up to the body part: for words no table has in its name."""
    hits = search(" ".join(words), CodeSystem.ICD10PCS, on=at.on, limit=MOST_HITS)
    parts = {
        hit.code[: TABLE_LENGTH + 1]: hit.title.split(",")[0] for hit in reversed(hits) if hit.code.startswith(code)
    }
    return [{**_option(part, title, "", at), "value": part} for part, title in reversed(parts.items())]


def _word_in(word: str, words: str) -> bool:
    return any(each.startswith(word) for each in words.split())


def _option(code: str, label: str, note: str, at: Where) -> dict[str, Any]:
    return {"code": code, "value": code[-1], "label": label, "note": note, "url": at.url("pcs", code=code)}


def _choose_values(table: pcs.Table, code: str, words: Sequence[str], at: Where) -> dict[str, Any]:
    asked = pcs_rules.chosen_axes(code)
    possible = pcs_rules.possible(table.rows, asked)
    values = pcs_rules.filled(table.rows, asked) if possible else asked
    head = table.head
    left = pcs_rules.allowed(table.rows, values)
    axes = [_axis(table, code, values, place, left[place], at) for place in range(pcs_rules.AXES)]
    first_open = next((place for place, value in enumerate(values) if value == pcs_rules.OPEN), None)
    options = [] if first_open is None else [o for o in axes[first_open]["options"] if _matches(o["label"], words)]
    complete = first_open is None and bool(possible)
    chosen = {
        place + 4: table.labels[place].get(value, "") for place, value in enumerate(values) if value != pcs_rules.OPEN
    }
    return {
        "code": code, "axes": axes, "options": options, "axis": "" if first_open is None else axes[first_open]["title"],
        "steps": [
            {"axis": name, "value": head.characters[place], "label": label, "undo": code[:place]}
            for place, (name, label) in enumerate(
                zip(("Section", "Body system", "Operation"), (head.section, head.body_system, head.operation), strict=True)
            )
        ],
        "complete": head.characters + "".join(values) if complete else "",
        "meanings": pcs.meanings(head, {axis: label for axis, label in chosen.items() if label}, at.on),
        "problem": "" if possible and all(left) else "These values stand in no row together. Take one back.",
        "count": sum(1 for row in possible for _ in [row]), "official": table.official,
    }  # fmt: skip


def _axis(
    table: pcs.Table, code: str, values: Sequence[str], place: int, left: Sequence[str], at: Where
) -> dict[str, Any]:
    labels = table.labels[place]
    value = values[place]
    return {
        "title": table.axis_titles[place] or f"Character {place + 4}", "value": "" if value == pcs_rules.OPEN else value,
        "label": labels.get(value, f"Value {value}") if value != pcs_rules.OPEN else "", "single": len(left) == 1,
        "undo": pcs_rules.with_value(code, place, pcs_rules.OPEN),
        "options": [
            _option(pcs_rules.with_value(code, place, each), labels.get(each, f"Value {each}"), "", at) | {"value": each}
            for each in left
        ],
    }  # fmt: skip


def _matches(label: str, words: Sequence[str]) -> bool:
    parts = label.lower().replace(",", " ").replace("-", " ").split()
    return all(any(part.startswith(word) for part in parts) for word in words)
