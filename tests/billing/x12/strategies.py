"""Random claims that are legal by construction, for property tests."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, TypeVar

from hypothesis import strategies as st

from billing.x12.claim import (
    Address,
    BillingProvider,
    CodedAmount,
    CodedDate,
    CodedSpan,
    Coverage,
    DiagnosisLine,
    Drug,
    InstitutionalClaim,
    InstitutionalLine,
    Payer,
    Person,
    ProcedureLine,
    ProfessionalClaim,
    ProfessionalLine,
    Provider,
    ServiceFacility,
    Subscriber,
)
from billing.x12.faults_parties import RELATIONSHIPS
from billing.x12.formats import PLACES, STATES
from tests.billing.x12.samples import npi

T = TypeVar("T")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
STAY_START = dt.date(2026, 3, 2)
HCPCS = ("G0463", "J1885", "A0428", "G0378", "Q9967", "G0402")
REVENUE = ("0120", "0250", "0300", "0360", "0450", "0636")
FILING = ("CI", "BL", "MC", "HM", "12", "ZZ")


def words(longest: int) -> st.SearchStrategy[str]:
    """Names as they stand in a file: upper case, without edge or double blanks."""
    inside = st.text(LETTERS + "0123456789'-.,&/#", min_size=2, max_size=max(2, longest // 2))
    return st.lists(inside, min_size=1, max_size=2).map(lambda parts: " ".join(parts)[:longest].strip())


def identifiers(longest: int) -> st.SearchStrategy[str]:
    """Numbers of payers and plans."""
    return st.text(LETTERS + "0123456789-/", min_size=2, max_size=longest)


npis = st.integers(100_000_000, 299_999_999).map(npi)
nine_digits = st.integers(0, 999_999_999).map(lambda n: f"{n:09d}")
taxonomies = st.text(LETTERS + "0123456789", min_size=9, max_size=9).map(lambda text: f"{text}X")
states = st.sampled_from(sorted(STATES - {"PW"}))
cents = st.integers(0, 5_000_000).map(lambda n: Decimal(n) / 100)
units = st.integers(1, 99_999).map(lambda n: Decimal(n) / 10)
stay_days = st.integers(0, 20).map(lambda n: STAY_START + dt.timedelta(days=n))
minutes = st.times(min_value=dt.time(12), max_value=dt.time(23, 59)).map(lambda t: t.replace(second=0, microsecond=0))
mornings = st.times(max_value=dt.time(11, 59)).map(lambda t: t.replace(second=0, microsecond=0))
modifiers = st.lists(st.sampled_from(("25", "59", "JZ", "GT", "RT", "X1")), max_size=4, unique=True).map(tuple)
diagnosis_codes = st.from_regex(r"[A-U][0-9][0-9A-U][0-9A-Z]{0,4}", fullmatch=True)
cause_codes = st.from_regex(r"[V-Y][0-9][0-9A-Z][0-9A-Z]{0,4}", fullmatch=True)
procedure_codes = st.from_regex(r"[0-9A-HJ-NP-Z]{7}", fullmatch=True)
ub_codes = st.from_regex(r"[0-9A-Z][0-9]", fullmatch=True)
poa_lines = st.sampled_from(("Y", "N", "U", "W", ""))


def addresses(*, full_zip: bool = False) -> st.SearchStrategy[Address]:
    codes = nine_digits if full_zip else st.one_of(nine_digits, nine_digits.map(lambda text: text[:5]))
    streets = words(40).map(lambda text: f"1 {text}")
    second = st.one_of(st.just(""), words(20))
    return st.builds(Address, line1=streets, line2=second, city=words(25), state=states, zip_code=codes)


foreign = st.builds(
    Address, line1=words(40), city=words(25), zip_code=st.just("0150"), country=st.sampled_from(("NO", "DE", "FR"))
)
drugs = st.builds(Drug, ndc=st.just("00409379301"), quantity=units, unit=st.sampled_from(("ML", "UN", "GR")))
optional_names = st.one_of(st.just(""), words(10))
named: dict[str, Any] = {
    "last_name": words(50),
    "first_name": words(30),
    "middle_name": optional_names,
    "suffix": st.sampled_from(("", "JR", "III")),
}
providers = st.builds(Provider, **named, npi=npis)
specialists = st.builds(Provider, **named, npi=npis, taxonomy=st.one_of(st.just(""), taxonomies))
facilities = st.builds(ServiceFacility, name=words(40), npi=npis, address=addresses(full_zip=True))
people = st.builds(
    Person,
    **named,
    born_on=st.dates(dt.date(1920, 1, 1), dt.date(2025, 12, 31)),
    sex=st.sampled_from(("F", "M", "U")),
    address=st.one_of(addresses(), foreign),
)
holders = st.builds(Person, **named)
billing_providers = st.builds(
    BillingProvider,
    name=words(50),
    npi=npis,
    tax_id=nine_digits,
    taxonomy=taxonomies,
    address=addresses(full_zip=True),
    contact_name=words(20),
    phone=st.just("2315550100"),
    pay_to=st.one_of(st.none(), addresses()),
)
payers = st.builds(
    Payer,
    name=words(50),
    identifier=identifiers(12),
    filing_code=st.sampled_from(FILING),
    address=st.one_of(st.none(), addresses()),
)


def subscribers(people: st.SearchStrategy[Person]) -> st.SearchStrategy[Subscriber]:
    group = st.one_of(st.just(""), identifiers(10))
    return st.builds(Subscriber, person=people, member_id=identifiers(20), group_number=group)


coverages = st.one_of(
    st.builds(Coverage, payer=payers, subscriber=subscribers(people)),
    st.builds(
        Coverage,
        payer=payers,
        subscriber=subscribers(holders),
        relationship=st.sampled_from(sorted(RELATIONSHIPS)),
        dependent=people,
    ),
)


def at_most(items: st.SearchStrategy[T], count: int) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(items, max_size=count).map(tuple)


@st.composite
def diagnosis_lines(draw: st.DrawFn, codes: list[str], *, inpatient: bool) -> tuple[DiagnosisLine, ...]:
    marks = [draw(poa_lines) if inpatient else "" for _ in codes]
    exempt = [inpatient and not poa for poa in marks]
    rows = zip(codes, marks, exempt, strict=True)
    return tuple(DiagnosisLine(code=code, poa=poa, poa_exempt=blank) for code, poa, blank in rows)


@st.composite
def institutional_lines(draw: st.DrawFn, *, dated: bool) -> tuple[InstitutionalLine, ...]:
    lines = []
    for n in range(draw(st.integers(1, 4))):
        code = draw(st.sampled_from(("", *HCPCS)))
        charge = draw(cents)
        lines.append(
            InstitutionalLine(
                revenue_code=draw(st.sampled_from(REVENUE)),
                hcpcs=code,
                modifiers=draw(modifiers) if code else (),
                charge_amount=charge,
                units=draw(units),
                unit=draw(st.sampled_from(("UN", "DA"))),
                noncovered_amount=draw(st.sampled_from((None, Decimal(0), charge))),
                service_on=STAY_START if dated else draw(st.sampled_from((None, STAY_START))),
                control_number=f"L{n}",
                drug=draw(st.one_of(st.none(), drugs)),
            )
        )
    return tuple(lines)


@st.composite
def institutional_claims(draw: st.DrawFn) -> InstitutionalClaim:
    """Inpatient and outpatient claims of every size."""
    inpatient = draw(st.booleans())
    codes = draw(st.lists(diagnosis_codes, min_size=1, max_size=25, unique=True))
    causes = draw(st.lists(cause_codes, max_size=12, unique=True))
    listed = draw(diagnosis_lines(codes, inpatient=inpatient))
    through = draw(stay_days)
    procedures = st.builds(ProcedureLine, code=procedure_codes, done_on=st.just(STAY_START))
    done = draw(st.lists(procedures, max_size=25)) if inpatient else []
    lines = draw(institutional_lines(dated=not inpatient))
    stay = draw(_stay() if inpatient else _visit())
    return InstitutionalClaim(
        patient_control_number=draw(identifiers(20)),
        total_charge=sum((line.charge_amount for line in lines), Decimal(0)),
        billing=draw(billing_providers),
        coverage=draw(coverages),
        medical_record_number=draw(identifiers(20)),
        prior_authorization=draw(st.one_of(st.just(""), identifiers(20))),
        note=draw(optional_names),
        patient_amount=draw(st.one_of(st.none(), cents)),
        service_facility=draw(st.one_of(st.none(), facilities)),
        statement_from=STAY_START,
        statement_through=through,
        principal_diagnosis=listed[0],
        other_diagnoses=listed[1:],
        external_causes=draw(diagnosis_lines(causes, inpatient=inpatient)),
        principal_procedure=done[0] if done else None,
        other_procedures=tuple(done[1:]),
        occurrences=draw(at_most(st.builds(CodedDate, code=ub_codes, on=stay_days), 24)),
        occurrence_spans=draw(at_most(spans, 24)),
        values=draw(at_most(st.builds(CodedAmount, code=ub_codes, amount=cents), 24)),
        conditions=draw(at_most(ub_codes, 24)),
        attending=draw(specialists),
        operating=draw(providers),
        other_operating=draw(st.one_of(st.none(), providers)),
        rendering=draw(st.one_of(st.none(), providers)),
        referring=draw(st.one_of(st.none(), providers)),
        lines=lines,
        **stay,
    )


spans = st.builds(
    CodedSpan, code=ub_codes, from_on=st.just(STAY_START), through_on=st.just(STAY_START + dt.timedelta(days=1))
)


def _stay() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "type_of_bill": st.sampled_from(("0111", "0114", "0181", "0211")),
            "admission_on": st.just(STAY_START),
            "admission_time": mornings,
            "discharge_time": minutes,
            "admission_type": st.sampled_from("12345"),
            "admission_source": st.sampled_from("1245"),
            "patient_status": st.sampled_from(("01", "02", "03", "07", "20", "62")),
            "drg": st.integers(1, 989).map(lambda n: f"{n:03d}"),
            "admitting_diagnosis": diagnosis_codes,
        }
    )


def _visit() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "type_of_bill": st.sampled_from(("0131", "0851", "0141", "0721")),
            "admission_type": st.sampled_from("123"),
            "admission_source": st.sampled_from("12"),
            "patient_status": st.sampled_from(("01", "20")),
            "reasons_for_visit": st.lists(diagnosis_codes, min_size=1, max_size=3).map(tuple),
        }
    )


@st.composite
def professional_lines(draw: st.DrawFn, diagnoses: int) -> tuple[ProfessionalLine, ...]:
    pointers = st.lists(st.integers(1, diagnoses), min_size=1, max_size=4, unique=True).map(tuple)
    later = STAY_START + dt.timedelta(days=2)
    line = st.builds(
        ProfessionalLine,
        hcpcs=st.sampled_from(HCPCS),
        modifiers=modifiers,
        charge_amount=cents,
        units=units,
        unit=st.sampled_from(("UN", "MJ")),
        place_of_service=st.sampled_from(("", *sorted(PLACES))),
        pointers=pointers,
        emergency=st.booleans(),
        service_on=st.just(STAY_START),
        service_through=st.sampled_from((None, later)),
        drug=st.one_of(st.none(), drugs),
        rendering=st.one_of(st.none(), specialists),
    )
    return tuple(draw(st.lists(line, min_size=1, max_size=5)))


@st.composite
def professional_claims(draw: st.DrawFn) -> ProfessionalClaim:
    """Office, hospital and accident claims."""
    codes = draw(st.lists(diagnosis_codes, min_size=1, max_size=12, unique=True))
    lines = draw(professional_lines(len(codes)))
    causes = draw(st.sampled_from(((), ("EM",), ("OA", "EM"), ("AA",), ("AA", "OA"))))
    return ProfessionalClaim(
        patient_control_number=draw(identifiers(20)),
        total_charge=sum((line.charge_amount for line in lines), Decimal(0)),
        billing=draw(billing_providers),
        coverage=draw(coverages),
        place_of_service=draw(st.sampled_from(sorted(PLACES))),
        frequency_code=draw(st.sampled_from("178")),
        original_claim_number=draw(identifiers(20)),
        assignment_code=draw(st.sampled_from("ABC")),
        benefits_assigned=draw(st.sampled_from("YNW")),
        release_of_information=draw(st.sampled_from("YI")),
        diagnoses=tuple(codes),
        accident_causes=causes,
        accident_state=draw(states) if "AA" in causes else "",
        accident_on=STAY_START if causes else None,
        onset_on=draw(st.sampled_from((None, STAY_START))),
        admission_on=STAY_START,
        discharge_on=draw(st.sampled_from((None, STAY_START))),
        patient_died_on=draw(st.sampled_from((None, STAY_START))),
        patient_amount=draw(st.one_of(st.none(), cents)),
        rendering=draw(st.one_of(st.none(), specialists)),
        referring=draw(st.one_of(st.none(), providers)),
        service_facility=draw(st.one_of(st.none(), facilities)),
        lines=lines,
    )
