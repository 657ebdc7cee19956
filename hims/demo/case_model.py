"""What a written case of the demo hospital holds: frozen records, free of Django and of files."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from dateutil.relativedelta import relativedelta

_DOCUMENT_NAME: Final = re.compile(r"\d{2}-[a-z_]+")


@dataclass(frozen=True, slots=True)
class Moment:
    """A local time `day_offset` days from the admission date (negative before it)."""

    day_offset: int
    clock: time

    def on(self, admitted_on: date) -> datetime:
        """The naive facility-local time of this moment for an admission on `admitted_on`."""
        return datetime.combine(admitted_on + timedelta(days=self.day_offset), self.clock)


@dataclass(frozen=True, slots=True)
class Address:
    line: str
    city: str
    state: str
    postal_code: str


@dataclass(frozen=True, slots=True)
class CasePatient:
    """A synthetic patient; age in completed years and days since the last birthday, both at admission."""

    given_names: tuple[str, ...]
    family_name: str
    age_years: int
    days_since_birthday: int
    sex: str
    phone: str
    payer: str
    address: Address

    def birth_date(self, admitted_on: date) -> date:
        """The birth date that gives `age_years` and `days_since_birthday` on `admitted_on`."""
        return admitted_on - timedelta(days=self.days_since_birthday) - relativedelta(years=self.age_years)


@dataclass(frozen=True, slots=True)
class CaseEncounter:
    """The episode of care. `admit_days_ago` is the suggested distance from the build day to the admission.

    admit_type, admit_source, discharge_disposition: UB-04 FL 14, FL 15 and FL 17, kept as text; the
    disposition has two characters. length_of_stay_days: midnights between admission and discharge.
    """

    encounter_class: str
    service: str
    facility: str
    attending: str
    admit_days_ago: int
    admit_time: time
    length_of_stay_days: int
    discharge_time: time
    admit_type: str
    admit_source: str
    discharge_disposition: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class GoldDiagnosis:
    """A diagnosis of the answer key: undotted ICD-10-CM code, POA (`""` when exempt), and its support.

    why: one sentence naming the document (`05-discharge_summary`) that supports the code.
    quote: the words of that document on which the code rests, verbatim; may be empty.
    """

    code: str
    why: str
    poa: str = ""
    quote: str = ""

    @property
    def documents(self) -> tuple[str, ...]:
        """Names of the documents that `why` points to, in order."""
        return tuple(_DOCUMENT_NAME.findall(self.why))


@dataclass(frozen=True, slots=True)
class GoldProcedure:
    """A procedure of the answer key. `system` is icd10pcs, hcpcs or cpt; `day` counts from admission."""

    code: str
    why: str
    provider: str
    day: int = 0
    system: str = "icd10pcs"
    modifiers: tuple[str, ...] = ()
    quote: str = ""

    @property
    def documents(self) -> tuple[str, ...]:
        """Names of the documents that `why` points to, in order."""
        return tuple(_DOCUMENT_NAME.findall(self.why))


@dataclass(frozen=True, slots=True)
class NotCoded:
    """A code that the chart tempts a coder to assign, and the reason against it."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Gold:
    """The answer key. For outpatient cases `principal` is the first-listed diagnosis and `drg` is empty."""

    principal: GoldDiagnosis
    pitfall: str
    admitting: GoldDiagnosis | None = None
    reasons_for_visit: tuple[GoldDiagnosis, ...] = ()
    secondaries: tuple[GoldDiagnosis, ...] = ()
    procedures: tuple[GoldProcedure, ...] = ()
    not_coded: tuple[NotCoded, ...] = ()
    drg: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    name: str
    code: str = ""
    status: str = "active"
    onset: str = ""


@dataclass(frozen=True, slots=True)
class Allergy:
    substance: str
    reaction: str = ""
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Medication:
    name: str
    dose: str = ""
    route: str = ""
    frequency: str = ""
    status: str = "active"


@dataclass(frozen=True, slots=True)
class Observation:
    """A vital sign or laboratory result under a local code; low and high are the reference range."""

    category: str
    code: str
    name: str
    value: str
    at: Moment
    unit: str = ""
    low: str = ""
    high: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge line: four-digit revenue code, own description, units, total amount in USD.

    pointers: places (from 1) of the diagnoses a professional line points to, first-listed diagnosis first.
    """

    revenue_code: str
    description: str
    units: int
    amount: Decimal
    day: int = 0
    hcpcs: str = ""
    modifiers: tuple[str, ...] = ()
    pointers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseDocument:
    """One document of a chart. `name` is the file name without suffix; the links name other documents."""

    name: str
    type: str
    title: str
    author: str
    at: Moment
    status: str
    text: str
    copied_from: str = ""
    addendum_to: str = ""


@dataclass(frozen=True, slots=True)
class CaseToml:
    """The content of `case.toml`."""

    title: str
    patient: CasePatient
    encounter: CaseEncounter
    gold: Gold
    problems: tuple[Problem, ...] = ()
    allergies: tuple[Allergy, ...] = ()
    medications: tuple[Medication, ...] = ()
    observations: tuple[Observation, ...] = ()
    charges: tuple[Charge, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoCase(CaseToml):
    """A whole case: the content of `case.toml`, its folder name and its documents in order."""

    slug: str = field(kw_only=True)
    documents: tuple[CaseDocument, ...] = field(kw_only=True)

    @property
    def is_inpatient(self) -> bool:
        return self.encounter.encounter_class == "inpatient"

    def document(self, name: str) -> CaseDocument:
        """The document of that name. Raises KeyError if the case has none."""
        for document in self.documents:
            if document.name == name:
                return document
        raise KeyError(f"{self.slug} has no document {name}")
