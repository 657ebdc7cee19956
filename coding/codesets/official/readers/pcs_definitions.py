"""The definitions of ICD-10-PCS: what operations, body parts, approaches and devices mean. Pure.

Form of the file: section > axis > terms (title, once or more; definition, explanation, includes), and
deviceAggregation > aggregate (device, operation, bodySys, parent with its value).
"""

from __future__ import annotations

from coding.codesets.official.parsed import DefinitionEntry, DeviceEntry, Parsed, Progress, fit, refuse
from coding.codesets.official.readers.cm_index import year_of
from hims.lib.xml_reader import Node, records

ROOT = "ICD10PCS.definitions"


def read(content: bytes, progress: Progress | None = None) -> Parsed:
    """All definitions, one entry for each title. Raises DomainError with the line."""
    parsed = Parsed()
    names = ("version", "section", "deviceAggregation")
    for node in records(content, root=ROOT, names=names, progress=progress):
        if node.name == "version":
            parsed.edition, parsed.year = node.words, year_of(node)
        elif node.name == "section":
            _section(node, parsed.definitions)
        else:
            parsed.devices.extend(_device(each, number) for number, each in enumerate(node.all("aggregate")))
    if not parsed.definitions:
        raise refuse(1, "the file holds no definitions. Download it again.")
    parsed.read = len(parsed.definitions) + len(parsed.devices)
    return parsed


def _section(node: Node, found: list[DefinitionEntry]) -> None:
    code = node.attributes.get("code", "")
    if len(code) != 1:
        raise refuse(node.line, f"a section has the code {code[:10]!r}; expected is one character.")
    for axis in node.all("axis"):
        place = axis.attributes.get("pos", "")
        if place not in "1234567" or len(place) != 1:
            raise refuse(axis.line, f"an axis of section {code} has the place {place[:10]!r}; expected is 1 to 7.")
        for terms in axis.all("terms"):
            _terms(terms, code, int(place), fit(axis.words_of("title"), 80, axis.line, "the title of an axis"), found)


def _terms(node: Node, section: str, axis: int, axis_title: str, found: list[DefinitionEntry]) -> None:
    titles = [fit(each.words, 200, each.line, "a title") for each in node.all("title")]
    if not titles or not all(titles):
        raise refuse(node.line, f"an entry of section {section}, axis {axis} has no title.")
    for title in titles:
        found.append(
            DefinitionEntry(
                section, axis, axis_title, title, node.words_of("definition"), node.words_of("explanation"),
                [each.words for each in node.all("includes")], len(found),
            )
        )  # fmt: skip


def _device(node: Node, position: int) -> DeviceEntry:
    parent = node.first("parent")
    value = parent.attributes.get("value", "") if parent else ""
    device = fit(node.words_of("device"), 200, node.line, "a device")
    if not device or parent is None or len(value) != 1:
        raise refuse(node.line, "a device has no name, or no general device with one character.")
    systems = [fit(each.words, 120, each.line, "a body system") for each in node.all("bodySys")]
    operation = fit(node.words_of("operation"), 120, node.line, "an operation")
    return DeviceEntry(device, operation, systems, value, fit(parent.words, 200, parent.line, "a device"), position)
