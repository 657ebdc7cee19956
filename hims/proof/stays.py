"""The encounters of a seeded patient with all that hangs on them: documents, entries, coding, account, charges, claims, files."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from typing import Any

from billing.charges.models import Account, Charge
from billing.claims.models import Claim, ClaimFile
from coding.workbench.edits.models import EditOverride
from coding.workbench.models import CodedDiagnosis, CodedProcedure, CodingRecord, CodingSummary
from coding.workbench.services.models import CodedService
from hims.lib.ids import uuid7
from hims.proof.paper import one_page
from hims.proof.reach import LABELS, Fact
from hims.proof.world import Chart, Thing, World
from hims.staff.models import User
from records.chart.models import Allergy, Problem
from records.documents.models import Document, DocumentFile, DocumentVersion
from records.encounters.models import Encounter, Provider
from records.registry.models import Patient

AT = datetime(2026, 3, 9, 15, tzinfo=UTC)
UNTIL = datetime(2026, 3, 14, 16, tzinfo=UTC)
ANSWERED = "excludes1:E109+E119:E10.0"
FILLING = tuple(f"Z{number}" for number in range(7901, 7926))
CODES = (("principal", "I130", "Y"), ("secondary", "E119", "Y"), ("admitting", "R0602", ""))


class Seeder:
    """Seeds one chart and remembers in the world what an address can name."""

    def __init__(self, world: World, chart: Chart, patient: Patient) -> None:
        self.world, self.chart, self.patient = world, chart, patient
        self.by = User.objects.get(is_system=True)

    def everything(self) -> None:
        """The patient, open and coded and billed stays, and for some charts one of each label."""
        key, house = self.chart.key, self.chart.house
        self._thing("patient", key, self.patient.pk, self.chart.fact)
        main = self._stay(key, house)
        if key in {"same", "vip"}:
            self._draft(main, key, self.chart.at(house))
        self._entry(main, self.chart.at(house))
        self._coding(main, key, self.chart.at(house))
        billed = self._stay(f"{key}, final", house, named=False)
        self._claim(billed, f"{key}, final", self.chart.at(house), left=False)
        gone = self._stay(f"{key}, exported", house, named=False)
        self._claim(gone, f"{key}, exported", self.chart.at(house), left=True)
        if key == "same":
            staying = self._stay(f"{key}, in house", house, in_house=True)
            self._thing("encounter", f"{key}, in house", staying.pk, self.chart.at(house), **self._unfinished(staying))
            visit = self._stay(f"{key}, outpatient", house, named=False, encounter_class="outpatient")
            self._thing("encounter", f"{key}, outpatient", visit.pk, self.chart.at(house), **self._services(visit))
        if self.chart.also:
            there = self._stay(f"{key}, elsewhere", self.chart.also)
            self._coding(there, f"{key}, elsewhere", self.chart.at(self.chart.also))
        for label in LABELS if self.chart.labelled else ():
            if not self.chart.allowed or label in {*self.chart.allowed, "genetic"}:
                self._labelled(main, label)

    def _labelled(self, main: Encounter, label: str) -> None:
        house = self.chart.house
        fact = self.chart.at(house, label)
        self._document(main, f"{self.chart.key}, {label} document", fact, labels=[label])
        self._entry(main, fact, labels=[label])
        stay = self._stay(f"{self.chart.key}, {label} stay", house, labels=[label])
        self._coding(stay, f"{self.chart.key}, {label} stay", fact)
        gone = self._stay(f"{self.chart.key}, {label} exported", house, labels=[label], named=False)
        self._claim(gone, f"{self.chart.key}, {label} exported", fact, left=True)

    def _thing(self, about: str, key: str, pk: Any, fact: Fact, **ids: str) -> None:
        self.world.things.append(Thing(about, key, pk, fact, ids))

    def _stay(
        self, key: str, house: str, *, labels: list[str] | None = None, in_house: bool = False, named: bool = True,
        encounter_class: str = "inpatient",
    ) -> Encounter:  # fmt: skip
        fact = self.chart.at(house, *(labels or ()))
        plant = self.world.canaries.plant
        made = Encounter.objects.create(
            patient=self.patient, facility_id=self.world.houses[house], account_number=f"A{plant(fact, 'account')}",
            encounter_class=encounter_class, status="in_progress" if in_house else "discharged", admitted_at=AT,
            discharged_at=None if in_house else UNTIL, discharge_disposition="" if in_house else "01",
            admission_type="1", point_of_origin="1", reason=plant(fact, "reason"), labels=labels or [],
        )  # fmt: skip
        if named and not in_house:
            self._document(made, key, fact)
        return made

    def _document(self, stay: Encounter, key: str, fact: Fact, labels: list[str] | None = None) -> None:
        version = self._version(stay, fact, "signed", labels or [])
        version.signed_at, version.signed_by = AT, "Reyes"
        version.save(update_fields=["signed_at", "signed_by"])
        content = one_page(self.world.canaries.plant(fact, "PDF"))
        digest = hashlib.sha256(content).hexdigest()
        DocumentFile.objects.create(version=version, media_type="application/pdf", content=content, sha256=digest)
        self._thing("document", key, version.document_id, fact, file="1")

    def _draft(self, stay: Encounter, key: str, fact: Fact) -> None:
        self._thing("document", f"{key}, draft", self._version(stay, fact, "draft", []).document_id, fact)

    def _version(self, stay: Encounter, fact: Fact, status: str, labels: list[str]) -> DocumentVersion:
        plant = self.world.canaries.plant
        made = Document.objects.create(
            patient=self.patient, encounter=stay, facility_id=stay.facility_id, document_type="progress_note",
            title=plant(fact, "title"), status=status, written_at=AT, labels=labels,
        )  # fmt: skip
        text = f"The canary {plant(fact, 'text')} sings."
        return DocumentVersion.objects.create(
            document=made, patient=self.patient, number=1, text=text, sha256=hashlib.sha256(text.encode()).hexdigest()
        )

    def _entry(self, stay: Encounter, fact: Fact, labels: list[str] | None = None) -> None:
        for kind in (Problem, Allergy):
            kind.objects.create(
                patient=self.patient, encounter=stay, facility_id=stay.facility_id, effective_at=AT,
                display=self.world.canaries.plant(fact, kind.__name__.lower()), labels=labels or [],
            )  # fmt: skip

    def _coding(
        self, stay: Encounter, key: str = "", fact: Fact | None = None, *, final: bool = False
    ) -> dict[str, str]:
        record = CodingRecord.objects.create(
            encounter=stay, patient=self.patient, facility_id=stay.facility_id, encounter_class=stay.encounter_class,
            discharged_on=stay.discharged_on, status="finalized" if final else "in_progress",
        )  # fmt: skip
        lines = {
            role: CodedDiagnosis.objects.create(record=record, role=role, sequence=1, code=code, poa=poa)
            for role, code, poa in CODES
        }
        operator, _ = Provider.objects.get_or_create(
            key="proof", defaults={"family_name": "Reyes", "given_names": "Mateo", "npi": "1000000038"}
        )
        procedure = CodedProcedure.objects.create(
            record=record, sequence=1, code="02HV33Z", performed_on=date(2026, 3, 10), provider=operator
        )
        ids = {
            "line": str(lines["principal"].pk),
            "secondary": str(lines["secondary"].pk),
            "procedure": str(procedure.pk),
        }
        if fact is not None:
            account = self._account(stay, fact, "ready" if final else "not_coded")
            if not final or key == "same, final":
                self._thing("encounter", key, stay.pk, fact, **ids)
                self._thing("account", key, account.pk, fact, house=next(iter(fact.houses)))
                self._thing("charge", key, account.charges.get().pk, fact)
        return ids

    def _unfinished(self, stay: Encounter) -> dict[str, str]:
        """A coding with something to do at every door: blank POA, a CC behind the claim's last line, an answered warning."""
        ids = self._coding(stay)
        record = CodingRecord.objects.get(encounter=stay)
        CodedDiagnosis.objects.bulk_create(
            [CodedDiagnosis(record=record, role="secondary", sequence=place, code=code, poa="")
             for place, code in enumerate((*FILLING, "I5023"), start=2)]
        )  # fmt: skip
        EditOverride.objects.create(
            record=record, edit=ANSWERED, rule="proof", codes=["E119"], text="proof", reason="proof", given_by=self.by
        )
        return ids

    def _services(self, stay: Encounter) -> dict[str, str]:
        """An outpatient coding with two service lines."""
        ids = self._coding(stay)
        record = CodingRecord.objects.get(encounter=stay)
        first, _ = (
            CodedService.objects.create(record=record, sequence=place, code=code, serviced_on=AT.date())
            for place, code in enumerate(("G0463", "J1885"), start=1)
        )
        return {**ids, "service": str(first.pk)}

    def _account(self, stay: Encounter, fact: Fact, state: str) -> Account:
        account = Account.objects.create(
            encounter=stay, patient=self.patient, facility_id=stay.facility_id, state=state,
            discharged_on=stay.discharged_on,
        )  # fmt: skip
        Charge.objects.create(
            account=account, patient=self.patient, facility_id=stay.facility_id, amount=100, service_on=date(2026, 3, 10),
            description=self.world.canaries.plant(fact, "charge"), revenue_code="0120",
        )  # fmt: skip
        return account

    def _claim(self, stay: Encounter, key: str, fact: Fact, *, left: bool) -> None:
        self._coding(stay, key, fact, final=True)
        content = {
            "diagnoses": [{"role": r, "sequence": 1, "code": c, "poa": p, "title": c} for r, c, p in CODES],
            "procedures": [], "drg": {}, "encounter": {"discharge_disposition": "01"},
        }  # fmt: skip
        summary = CodingSummary.objects.create(
            encounter=stay, patient=self.patient, facility_id=stay.facility_id, number=1, content=content,
            sha256="0" * 64, finalized_by=self.by,
        )  # fmt: skip
        number = self.world.canaries.plant(fact, "claim number").upper()
        file = self._file(fact, key, number) if left else None
        claim = Claim.objects.create(
            account=Account.objects.get(encounter=stay), encounter=stay, patient=self.patient, summary=summary,
            facility_id=stay.facility_id, payer_id=self.world.rows["payer"], form="837I", control_number=number,
            state="exported" if left else "ready", total_amount=100, file=file, exported_at=UNTIL if left else None,
        )  # fmt: skip
        if not left or fact.labels or key == "same, exported":
            self._thing("claim", key, claim.pk, fact)

    def _file(self, fact: Fact, key: str, number: str) -> ClaimFile:
        name = self.world.canaries.plant(fact, "claim file").upper()
        content = f"ISA*00~\nHL*1**20*1~\nNM1*85~\nHL*2*1*22*0~\nNM1*IL*1*{name}~\nCLM*{number}*100~\nSE*1~\n".encode()
        made = ClaimFile.objects.create(
            facility_id=self.world.houses[next(iter(fact.houses))], form="837I", sender_id="PRF", receiver_id="PRF",
            usage="T", interchange_number=len(self.world.things), group_number=1, name=f"{uuid7()}.x12",
            content=content, sha256=hashlib.sha256(content).hexdigest(), claim_count=1, created_by=self.by,
        )  # fmt: skip
        self._thing("file", key, made.pk, fact)
        return made
