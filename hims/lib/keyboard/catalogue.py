"""Every command that has a key, once: the overlay of `?`, the palette, the key handler and the page Keys all read this list.

A template says `{% command "coding.finalize" %}` on the link, button or field that does it. A place is where a command applies.
"""

from __future__ import annotations

from dataclasses import dataclass

EVERYWHERE, LISTS = "everywhere", "lists"
WORKBENCH, READER, BOOKS = "workbench", "reader", "books"
PLACES = {
    EVERYWHERE: "Everywhere",
    LISTS: "Lists and tables",
    WORKBENCH: "Coding",
    READER: "Coding: the document",
    BOOKS: "Coding: panels, books, shelf",
    "worklist": "Coding worklist",
    "rules": "House rules",
    "house-rule": "A house rule",
    "codes": "Codes",
    "loads": "Official code-set files",
    "patients": "Patients",
    "chart": "A patient",
    "psychotherapy": "Psychotherapy notes",
    "encounter": "An encounter",
    "document": "A document",
    "accounts": "Billing",
    "account": "An account",
    "claims": "Claims",
    "claim": "A claim",
    "trail": "Audit",
    "alerts": "Privacy alerts",
    "alert": "A privacy alert",
    "rule": "A privacy rule",
    "cases": "Privacy cases",
    "case": "A privacy case",
    "breaches": "Breach log",
    "report": "Report for a patient",
    "staff": "Staff",
    "member": "A member of staff",
}
# What can stand on the page at the same time as what; each place is also there with itself, and everywhere with all.
TOGETHER = {frozenset(pair) for pair in ((WORKBENCH, READER), (WORKBENCH, BOOKS), (BOOKS, "codes"))}


@dataclass(frozen=True)
class Command:
    """One thing a person can do. keys: as `strokes.written` gives them, "" for none by default; fixed: nobody can change them."""

    name: str
    label: str
    keys: str
    place: str
    fixed: bool = False


def _at(place: str, *rows: tuple[str, str, str], fixed: bool = False) -> list[Command]:
    return [Command(name, label, keys, place, fixed) for name, label, keys in rows]


_ALL = [
    *_at(EVERYWHERE,
         ("palette.open", "Find a command or a page", "Ctrl+k"), ("keys.help", "All keys of the page", "?"),
         ("search.go", "Go to the search field", "/"),
         ("go.home", "Go to Home", "g h"), ("go.my-charts", "Go to My charts", "g m"), ("go.patients", "Go to Patients", "g p"),
         ("go.in-house", "Go to In house", "g i"), ("go.coding", "Go to Coding", "g w"), ("go.codes", "Go to Codes", "g c"),
         ("go.billing", "Go to Billing", "g b"), ("go.audit", "Go to Audit", "g a"), ("go.privacy", "Go to Privacy", "g v"),
         ("go.emergencies", "Go to Emergencies", "g e"), ("go.restricted", "Go to Restricted", "g r"),
         ("go.staff", "Go to Staff", "g s"), ("go.keys", "Go to Keys", ""), ("go.my-account", "Go to My account", ""),
         ("go.password", "Go to Change password", ""), ("go.second-factor", "Go to Second factor", ""),
         ("go.devices", "Go to Signed-in devices", ""), ("go.tokens", "Go to API tokens", ""),
         ("screen.lock", "Lock the screen", ""), ("sign-out", "Sign out", "")),
    *_at(EVERYWHERE, ("close", "Close, or leave a field", "Escape"), fixed=True),
    *_at(LISTS, ("lists.next", "Next row", "j"), ("lists.previous", "Previous row", "k"), ("lists.tick", "Tick the row", "x"),
         ("page.next", "Next page", "]"), ("page.previous", "Previous page", "[")),
    *_at(LISTS, ("lists.open", "Open the row", "Enter"), fixed=True),
    *_at(WORKBENCH,
         ("docs.next", "Next document", "j"), ("docs.previous", "Previous document", "k"),
         ("docs.unread", "Next document not read yet", "r"), ("docs.search", "Search and filter the documents", "l"),
         ("code.search", "Search codes", "s"), ("code.system", "Diagnoses, or procedures and services", "p"),
         ("what-if.hit", "Try the chosen code: what if", "Alt+Enter"),
         ("line.next", "Choose the next line", ""), ("line.previous", "Choose the line before", ""),
         ("poa.yes", "POA: yes", "y"), ("poa.no", "POA: no", "n"), ("poa.unknown", "POA: documentation insufficient", "u"),
         ("poa.undetermined", "POA: clinically undetermined", "w"), ("poa.fill", "POA Y for all blank", "Y"),
         ("line.principal", "Make principal", "m"), ("line.up", "Move the line up", "Alt+ArrowUp"),
         ("line.down", "Move the line down", "Alt+ArrowDown"), ("line.override", "Override the warning of the line", "x"),
         ("line.remove", "Remove the line", "Delete"), ("undo", "Undo", "z"), ("edits.list", "List of edits", "i"),
         ("evidence.pin", "Pin the selected text to the chosen line", "e"),
         ("evidence.previous", "Previous evidence of the chosen line", "["),
         ("evidence.next", "Next evidence of the chosen line", "]"),
         ("coding.finalize", "Finalize", "f"), ("coding.reopen", "Reopen", "o"), ("state.keep", "Keep this state", "h k")),
    *_at(WORKBENCH, ("line.step", "Next, previous line, with the focus on one", "ArrowDown"),
         ("code.about", "About the chosen hit of the search", "Shift+Enter"), fixed=True),
    *_at(READER,
         ("text.sentences", "Select text by keyboard, sentence by sentence", "t"),
         ("text.copied", "Grey what was copied from earlier documents", "c"),
         ("text.versions", "What the versions say differently, and back", "d"),
         ("hit.next", "Next hit", "."), ("hit.previous", "Previous hit", ",")),
    *_at(BOOKS,
         ("view.document", "Show the document", "v d"), ("view.what-if", "Show: What if", "v w"),
         ("view.abstract", "Show: Abstract", "v a"),
         ("view.history", "Show: History", "v h"), ("view.evidence", "Show: Evidence", "v e"),
         ("view.stays", "Show: Earlier stays", "v b"), ("view.index", "Show: Index", "v i"),
         ("view.tabular", "Show: Tabular", "v t"), ("view.pcs", "Show: PCS tables", "v p"), ("view.code", "Show: Code", "v c"),
         ("view.shelf", "Show: Shelf", "v s"), ("view.hcpcs", "Show: HCPCS Level II", "v l"),
         ("what-if.type", "Type a code to try", "h t"), ("state.baseline", "Set baseline", "h b"),
         ("evidence.again", "Pin again what stands unchanged in the newest version", "a"),
         ("books.back", "Back, or the previous entry", "["), ("books.forward", "More lines, or the next entry", "]"),
         ("books.add", "Add this code", "b a"), ("books.bookmark", "Bookmark this place", "b m"),
         ("shelf.favourite", "Favourite", "b f"), ("shelf.note", "My note on this code", "b n"),
         ("shelf.comment", "Comment on this code", "b c"), ("shelf.take", "Take codes over", "b t"),
         *((f"shelf.{digit}", f"Add favourite {digit}", str(digit)) for digit in range(1, 10)),
         *((f"group.{digit}", f"Add the whole group {digit}", f"b {digit}") for digit in range(1, 10))),
    *_at("worklist", ("worklist.reconciliation", "Reconciliation", "h r")),
    *_at("rules", ("rules.new", "New house rule", "n")),
    *_at("house-rule", ("house-rule.try", "Try on recent accounts", "t"), ("house-rule.change", "Change the rule", "e")),
    *_at("codes", ("codes.files", "Official files", "o")),
    *_at("loads", ("loads.new", "Load a file", "n"), ("loads.load", "Load it", "l"), ("loads.back", "Roll back", "u")),
    *_at("patients", ("patients.register", "Register a new patient", "n"), ("emergency.open", "Emergency access", "x")),
    *_at("chart", ("chart.admit", "Admit this patient", "a"), ("chart.correct", "Correct the demographics", "e"),
         ("chart.restriction", "Restriction", "r"), ("chart.privacy", "Privacy: consents and labels", "v")),
    *_at("psychotherapy", ("psychotherapy.write", "Write a note", "n")),
    *_at("encounter", ("encounter.file", "File a document", "f"), ("encounter.move", "Move the patient", "m"),
         ("encounter.discharge", "Discharge, or correct the discharge", "d"), ("encounter.code", "Code this encounter", "c")),
    *_at("document", ("document.sign", "Sign", "s"), ("document.amend", "Amend", "e"),
         ("document.labels", "Labels and marked passages", "l")),
    *_at("accounts", ("accounts.charges", "Charge master", "m"), ("accounts.files", "Claim files", "f"),
         ("accounts.claims", "Claims", "c")),
    *_at("account", ("account.claim", "Newest claim", "c"), ("account.charge", "Add a charge", "n")),
    *_at("claims", ("claims.files", "Claim files", "f"), ("claims.export", "Export ready claims", "e")),
    *_at("claim", ("claim.account", "Account", "a"), ("claim.rebuild", "Rebuild the claim", "r")),
    *_at("trail", ("trail.clear", "Clear the filters", "c"), ("trail.collect", "Collect evidence for a case", "e"),
         ("trail.take", "Add the ticked events to the case", "t"), ("trail.report", "Report for the patient", "r"),
         ("trail.cases", "Cases", "o")),
    *_at("alerts", ("alerts.clear", "Clear the filters", "c"), ("alerts.close", "Close the ticked alerts", "z"),
         ("alerts.case", "Open a case from the ticked alerts", "o"), ("alerts.cases", "Cases", "i"),
         ("alerts.rules", "Rules", "r"), ("alerts.explained", "Explained accesses", "e")),
    *_at("alert", ("alert.close", "Close this alert", "z"), ("alert.case", "The case of this alert, or a new one", "o"),
         ("alert.trail", "All events of this person and patient", "t"), ("alert.back", "Back to the alerts", "u")),
    *_at("rule", ("rule.save", "Save the rule", "s"), ("rule.try", "Try these limits on the last 90 days", "b"),
         ("rule.back", "Back to the rules", "u")),
    *_at("cases", ("cases.breaches", "Breach log", "b"), ("cases.new", "New case", "n")),
    *_at("case", ("case.patients", "Add patients", "p"), ("case.trail", "Search the trail for evidence", "e"),
         ("case.change", "Change the facts", "c"), ("case.assess", "Assess the breach", "a"),
         ("case.pdf", "The case as PDF", "f"), ("case.close", "Close the case", "s")),
    *_at("breaches", ("breaches.csv", "Export as CSV", "e")),
    *_at("report", ("report.another", "Another patient", "n"), ("report.pdf", "The report as PDF", "f")),
    *_at("staff", ("staff.new", "New account, review or audit", "n")),
    *_at("member", ("member.lend", "Lend rights for a leave", "l"), ("member.role", "Give a role", "r"),
         ("member.correct", "Correct", "e")),
]  # fmt: skip
COMMANDS = {command.name: command for command in _ALL}
# Two commands with one key that may meet on a page, and who of them takes it. Nobody else's keys may meet.
SHARED = {
    frozenset({"lists.next", "docs.next"}): "the list of the panel while one is shown",
    frozenset({"lists.previous", "docs.previous"}): "the list of the panel while one is shown",
    frozenset({"lists.tick", "line.override"}): "the row, with the focus on one",
    frozenset({"lists.tick", "emergency.open"}): "the row, with the focus on one",
    frozenset({"page.next", "books.forward"}): "the same turn on pages of their own",
    frozenset({"page.previous", "books.back"}): "the same turn on pages of their own",
    frozenset({"page.next", "evidence.next"}): "no pages beside a coding",
    frozenset({"page.previous", "evidence.previous"}): "no pages beside a coding",
    frozenset({"books.forward", "evidence.next"}): "the panel while it is shown",
    frozenset({"books.back", "evidence.previous"}): "the panel while it is shown",
}
