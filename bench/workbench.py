"""The coding workbench on the server: opening, searching, adding a code, the DRG, what if. Run: ./run bench workbench

One account with 300 documents (BENCH_DOCUMENTS) and 25 diagnoses and 25 procedures, coded through the pages as the application's
role, trail and row-level security included. open: the workbench page. search: the hits under the search field. add: a code added
that the process has not met before. regroup: a POA indicator changed, answered with the DRG and every mark; drg: its grouping and
marks alone. what_if: the what-if fragment right after a change, with nothing remembered from before. Milliseconds, p50 and p95 over
BENCH_ROUNDS (60) requests; cpu: processor time of the web process alone, p50, which holds on a busy machine too. load: the
machine's at the end.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hims.settings")

import django

django.setup()

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.trail.writer import close_pools
from audit.walls import standing_for
from coding.codesets.enums import CodeKind, CodeSystem
from coding.codesets.models import Code
from coding.grouper import whatif
from coding.workbench.actions.whole import WholeDiagnosis, WholeProcedure, replace_codes
from coding.workbench.bearing import bearings
from coding.workbench.grouping import claim_of, digest_of, grouped_row
from coding.workbench.models import CodingRecord
from coding.workbench.reading import coded_stay
from hims.lib.access import Role
from hims.staff.models import Facility, Membership, User
from records.documents.enums import DocumentStatus
from records.documents.models import Document, DocumentVersion
from records.encounters.enums import EncounterStatus
from records.encounters.models import Encounter, Provider
from records.registry.models import MedicalRecordNumber, Patient

DOCUMENTS = int(os.environ.get("BENCH_DOCUMENTS", "300"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "60"))
WARM_UP = 5
BACKEND = settings.AUTHENTICATION_BACKENDS[0]
ADMITTED_AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
DISCHARGED_AT = ADMITTED_AT + timedelta(days=12)
CODED_ON = date(2026, 3, 14)
DIAGNOSES = (
    "A4151", "R6521", "J9601", "N170", "J189", "I5023", "E43", "I130", "N1832", "E1122", "I4891", "L89153", "D62", "E871", "G9341",
    "I2510", "E785", "K219", "J449", "T80211A", "N390", "B9620", "Z794", "Z7901", "Z66",
)  # fmt: skip
PROCEDURES = (
    "5A1955Z", "0BH17EZ", "02HV33Z", "5A1D70Z", "3E043XZ", "0DTJ4ZZ", "02703DZ", "4A023N7", "B2111ZZ", "30233N1", "0B113F4",
    "0DH63UZ", "0W9B3ZZ", "0W993ZZ", "0JBQ0ZZ", "0HB6XZZ", "06HN33Z", "3E0G76Z", "0T9B70Z", "009U3ZX", "0BJ08ZZ", "0DJ08ZZ",
    "0DJD8ZZ", "5A09357", "02HP32Z",
)  # fmt: skip
QUERIES = (
    "heart failure", "acute on chronic systolic", "pneumonia klebsiella", "kidny injury", "copd exacerbation", "I50",
    "sepsis unspec", "fracture neck of femur left", "aki", "type 2 diabetes with neuropathy", "hip replacement", "central line",
    "urinary tract inf", "pressure ulcer sacral stage 3", "afib", "hyponatremia", "stroke", "chest pain", "gi bleed",
    "encephalopathy metabolic",
)  # fmt: skip


def build() -> tuple[User, CodingRecord]:
    """The account and its coder."""
    call_command("load_default_codesets", stdout=sys.stderr)
    house = Facility.objects.create(id=1, code="BNA", name="House BNA")
    coder = User.objects.create(username="bench.coder", display_name="Coder")
    Membership.objects.create(user=coder, facility=house, role=Group.objects.get(name=Role.CODER.value))
    with standing_for(coder):
        record = _account(house)
        replace_codes(
            by=coder, record=record, version=0,
            diagnoses=[WholeDiagnosis("secondary" if place else "principal", code, "" if code[0] == "Z" else "Y")
                       for place, code in enumerate(_valid(CodeSystem.ICD10CM, DIAGNOSES))],
            procedures=[WholeProcedure(code, CODED_ON) for code in _valid(CodeSystem.ICD10PCS, PROCEDURES)],
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return coder, record


def _valid(system: CodeSystem, wanted: tuple[str, ...]) -> list[str]:
    """25 codes of the release: those wanted, and others of it in their order where one of them is not there."""
    codes = Code.objects.filter(system=system, kind=CodeKind.CODE, valid_from__lte=CODED_ON).exclude(
        valid_to__lt=CODED_ON
    )
    there = set(codes.filter(code__in=wanted).values_list("code", flat=True))
    more = codes.exclude(code__in=wanted).order_by("position").values_list("code", flat=True)[: len(wanted)]
    found = [code for code in wanted if code in there]
    print(f"{system}: {len(found)} of {len(wanted)} wanted codes are there", file=sys.stderr)
    return [*found, *more][: len(wanted)]


def _other_codes(count: int) -> list[str]:
    """Codes from all over the release that the account does not have."""
    codes = Code.objects.filter(system=CodeSystem.ICD10CM, kind=CodeKind.CODE, valid_from__lte=CODED_ON)
    rows = codes.exclude(valid_to__lt=CODED_ON).exclude(code__in=DIAGNOSES).exclude(code__gte="V")
    found = list(rows.order_by("position").values_list("code", flat=True))
    return found[:: len(found) // count][:count]


def _account(house: Facility) -> CodingRecord:
    patient = Patient.objects.create(family_name="Bench", given_names="Ruth", birth_date=date(1958, 5, 2), sex="F")
    MedicalRecordNumber.objects.create(patient=patient, facility=house, value="B1")
    stay = Encounter.objects.create(
        facility=house, patient=patient, account_number="B1", encounter_class="inpatient", status=EncounterStatus.DISCHARGED,
        admitted_at=ADMITTED_AT, discharged_at=DISCHARGED_AT, discharge_disposition="01",
    )  # fmt: skip
    authors = [
        Provider.objects.create(
            key=f"bench|{number}", family_name=f"Author{number}", given_names="Bo", credentials="MD"
        )
        for number in range(12)
    ]
    documents = [
        Document(
            patient=patient, encounter=stay, facility=house, document_type="progress_note", title=f"Progress note {number}",
            author=authors[number % len(authors)], status=DocumentStatus.SIGNED, written_at=ADMITTED_AT + timedelta(hours=number),
        )
        for number in range(DOCUMENTS)
    ]  # fmt: skip
    Document.objects.bulk_create(documents)
    text = "Heart failure and kidney injury, better than yesterday. " * 40
    DocumentVersion.objects.bulk_create(
        [DocumentVersion(document=each, patient=patient, number=1, text=text, sha256="0" * 64) for each in documents]
    )
    return CodingRecord.objects.create(
        encounter=stay, patient=patient, facility=house, encounter_class="inpatient", discharged_on=stay.discharged_on
    )


class Bench:
    """Requests of one coder, timed."""

    def __init__(self, coder: User, record: CodingRecord) -> None:
        self.coder, self.record = coder, record
        self.base = record.get_absolute_url()
        self.client = Client(raise_request_exception=True, SERVER_NAME="localhost")
        self.client.force_login(coder, backend=BACKEND)
        self.added = ""
        self.others = _other_codes(ROUNDS + WARM_UP)
        with standing_for(coder):
            self.lines = list(record.diagnoses.exclude(code__startswith="Z").order_by("role", "sequence"))

    def timed(
        self, ask: Callable[[int], Any], prepare: Callable[[int], Any] | None = None
    ) -> tuple[list[float], list[float]]:
        """Milliseconds after a warm-up, on the clock and of the processor; `prepare` is not counted."""
        times, worked = [], []
        for turn in range(ROUNDS + WARM_UP):
            if prepare is not None:
                prepare(turn)
            began, cpu = time.perf_counter(), time.process_time()
            answer = ask(turn)
            worked.append((time.process_time() - cpu) * 1000)
            times.append((time.perf_counter() - began) * 1000)
            if answer is not None and answer.status_code != 200:
                raise RuntimeError(f"{answer.status_code}: {answer.content[:300]!r}")
        return times[WARM_UP:], worked[WARM_UP:]

    def version(self) -> int:
        with standing_for(self.coder):
            return CodingRecord.objects.values_list("version", flat=True).get(pk=self.record.pk)

    def open(self, _: int) -> Any:
        return self.client.get(self.base)

    def search(self, turn: int) -> Any:
        words = QUERIES[turn % len(QUERIES)]
        asked = {"q": words, "system": "icd10cm", "on": CODED_ON.isoformat(), "limit": "12"}
        return self.client.get("/codes/search", asked, headers={"HX-Request": "true"})

    def forget(self, _: int) -> None:
        """Nothing is known from before, and the version of the page is the newest."""
        whatif._pair.cache_clear()
        self.at = self.version()

    def poa(self, turn: int) -> Any:
        """Another indicator on another line each time."""
        line = self.lines[turn % len(self.lines)]
        poa = "N" if (turn // len(self.lines)) % 2 == 0 else "Y"
        return self.client.post(f"{self.base}diagnoses/{line.pk}/poa", {"poa": poa, "version": self.at})

    def without(self, turn: int) -> None:
        """The code added before is gone; the next one is new to the record and to the process."""
        with standing_for(self.coder):
            line = self.record.diagnoses.filter(code=self.added).first()
        if line is not None:
            self.client.post(f"{self.base}diagnoses/{line.pk}/remove", {"version": self.version()})
        self.added = self.others[turn] if turn < len(self.others) else ""
        self.forget(turn)

    def add(self, _: int) -> Any:
        return self.client.post(
            f"{self.base}codes", {"code": self.added, "system": "icd10cm", "poa": "Y", "version": self.at}
        )

    def changed(self, turn: int) -> None:
        self.forget(turn)
        self.poa(turn)
        whatif._pair.cache_clear()

    def what_if(self, _: int) -> Any:
        return self.client.get(f"{self.base}what-if/")

    def drg(self, _: int) -> None:
        """Grouping and marks without the rest of the request."""
        claim = claim_of(self.codes)
        grouped_row(self.record.pk, claim, digest_of(claim))
        bearings(self.codes)

    def alone(self) -> tuple[list[float], list[float]]:
        with standing_for(self.coder):
            record = CodingRecord.objects.select_related("encounter", "patient").get(pk=self.record.pk)
            self.codes = coded_stay(record)
        return self.timed(self.drg, lambda _: whatif._pair.cache_clear())


def figures(name: str, measured: tuple[list[float], list[float]]) -> dict[str, float]:
    """p50 and p95, and the processor's share."""
    times, worked = measured
    found = {f"{name}_p50_ms": round(statistics.median(times), 1)}
    found[f"{name}_cpu_ms"] = round(statistics.median(worked), 1)
    found[f"{name}_p95_ms"] = round(statistics.quantiles(times, n=20)[18], 1)
    print(json.dumps(found), file=sys.stderr)
    return found


def main() -> int:
    """Build, measure, print."""
    bench = Bench(*build())
    found: dict[str, Any] = {"documents": DOCUMENTS, "diagnoses": len(DIAGNOSES), "procedures": len(PROCEDURES)}
    with CaptureQueriesContext(connection) as seen:
        bench.open(0)
    found["open_queries"] = len(seen)
    found |= figures("open", bench.timed(bench.open))
    found |= figures("search", bench.timed(bench.search))
    found |= figures("add", bench.timed(bench.add, bench.without))
    bench.without(len(bench.others))
    found |= figures("regroup", bench.timed(bench.poa, bench.forget))
    found |= figures("drg", bench.alone())
    found |= figures("whatif", bench.timed(bench.what_if, bench.changed))
    found["load"] = round(os.getloadavg()[0], 1)
    print(json.dumps(found))
    close_pools()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
