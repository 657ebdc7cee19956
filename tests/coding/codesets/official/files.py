"""Tiny official files of our own wording, in the forms the publishers use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Line = tuple[str, int, str]
CM_OCTOBER: list[Line] = [
    ("A00", 0, "Invented fever"),
    ("A000", 1, "Invented fever with rash"),
    ("A001", 1, "Invented fever without rash"),
    ("B01", 1, "Made-up cough"),
]
CM_APRIL: list[Line] = [
    ("A00", 0, "Invented fever"),
    ("A000", 1, "Invented fever with a red rash"),
    ("A002", 1, "Invented fever of April"),
    ("B01", 1, "Made-up cough"),
]
PCS: list[Line] = [
    ("00X", 0, "Moving about"),
    ("00X00ZZ", 1, "Moving about of the first thing, open"),
    ("00X03ZZ", 1, "Moving about of the first thing, through the skin"),
]


def order_file(lines: Iterable[Line], *, first: int = 1) -> bytes:
    """Fixed columns: number, code, flag, short title, long title."""
    return "".join(
        f"{number:05} {code:<7} {flag} {title[:60]:<60} {title}\r\n"
        for number, (code, flag, title) in enumerate(lines, first)
    ).encode()


def tabular_file(*, year: int = 2026, rash: str = "a note about rashes", extra: str = "") -> bytes:
    """One chapter with one section, notes at every level, and 7th characters."""
    return f"""<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular><version>{year}</version><introduction><introSection type="title"><title>x</title></introSection></introduction>
<chapter><name>1</name><desc>Invented infections (A00-B99)</desc>
 <includes><note>everything invented</note></includes>
 <section id="A00-A09"><desc>Invented fevers (A00-A09)</desc>
  <diag><name>A00</name><desc>Invented fever</desc><excludes1><note>{rash}</note></excludes1>
   <diag><name>A00.0</name><desc>Invented fever with rash</desc><inclusionTerm><note>Spotted heat</note></inclusionTerm></diag>
   <diag><name>A00.1</name><desc>Invented fever without rash</desc></diag>
  </diag>
  <diag><name>A05</name><desc>Invented injury</desc>
   <sevenChrDef><extension char="A">first visit</extension><extension char="D">later visit</extension></sevenChrDef>
   <diag><name>A05.1</name><desc>Invented injury of the arm</desc></diag>
  </diag>{extra}
 </section></chapter></ICD10CM.tabular>""".encode()


def index_file(*, year: int = 2026, title: str = "ICD-10-CM Index to Diseases and Injuries", body: str = "") -> bytes:
    """One letter with a term, a subterm, a see entry, and nonessential modifiers."""
    body = body or (
        "<mainTerm><title>Fever<nemod>(high) (low)</nemod> NEC</title><code>A00.1</code>"
        '<term level="1"><title>spotted</title><code>A00.0</code><manif>B01</manif></term>'
        '<term level="1"><title>vague</title><seeAlso>Heat</seeAlso><code>A00.-</code></term></mainTerm>'
        "<mainTerm><title>Heat</title><see>Fever</see></mainTerm>"
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><ICD10CM.index><version>{year}</version><title>{title}</title>'
        f"<letter><title>F</title>{body}</letter></ICD10CM.index>"
    ).encode()


def table_index_file(first_column: str, rows: Sequence[tuple[str, Sequence[str]]], *, year: int = 2026) -> bytes:
    """The neoplasm or drug table: a heading with seven columns, main terms with six cells."""
    heads = "".join(f'<head col="{n}">{first_column if n == 1 else f"Column {n}"}</head>' for n in range(1, 8))
    terms = "".join(
        f"<mainTerm><title>{title}</title>" + "".join(f'<cell col="{n}">{code}</cell>' for n, code in enumerate(cells, 2))
        + "</mainTerm>"
        for title, cells in rows
    )  # fmt: skip
    return (
        f"<ICD10CM.index><version>{year}</version><indexHeading>{heads}</indexHeading>"
        f"<letter><title>N</title>{terms}</letter></ICD10CM.index>"
    ).encode()


def axis(place: int, title: str, values: Sequence[tuple[str, str]], more: str = "") -> str:
    """One axis of a PCS table."""
    labels = "".join(f'<label code="{code}">{label}</label>' for code, label in values)
    return f'<axis pos="{place}" values="{len(values)}"><title>{title}</title>{labels}{more}</axis>'


def tables_file(
    *, year: int = 2026, codes: int = 2, approaches: Sequence[tuple[str, str]] = (("0", "Open"), ("3", "Skin"))
) -> bytes:
    """One PCS table with one row of two codes."""
    head = axis(1, "Section", [("0", "Invented section")]) + axis(2, "Body System", [("0", "Invented system")])
    head += axis(3, "Operation", [("X", "Moving about")], "<definition>Taking a thing elsewhere</definition>")
    row = axis(4, "Body Part", [("0", "First thing")]) + axis(5, "Approach", approaches)
    row += axis(6, "Device", [("Z", "No Device")]) + axis(7, "Qualifier", [("Z", "No Qualifier")])
    return (
        f"<ICD10PCS.tabular><version>{year}</version><title>t</title><pcsTable>{head}"
        f'<pcsRow codes="{codes}">{row}</pcsRow></pcsTable></ICD10PCS.tabular>'
    ).encode()


def hcpcs_record(code: str, text: str, *, kind: str = "3", number: int = 100, short: str = "", last: str = "") -> str:
    """One 320-character record."""
    body = f"{code:>5}{number:05}{kind}{text:<80.80}{short:<28.28}"
    return f"{body:<268}{'20200101':<8}{'20260101':<8}{last:<8}N{'':<27}"[:320] + "\r\n"


def weights_file(rows: Sequence[tuple[str, str, str]], *, year: int = 2026) -> bytes:
    """Table 5 as tab-separated text: DRG, title, weight."""
    head = (
        f"MS-DRG\tFY {year} Final Rule Post-Acute DRG\tFY {year} Final Rule Special Pay DRG\tMDC\tTYPE\tMS-DRG Title\tWeights\t"
        "Geometric mean LOS\tArithmetic mean LOS"
    )
    lines = [f"{drg}\tYes\tNo\t05\tMED\t{title}\t{weight}\t3.1\t4.0" for drg, title, weight in rows]
    return "\n".join([f"TABLE 5.-INVENTED WEIGHTS FY {year}", head, *lines]).encode()
