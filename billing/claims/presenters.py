"""Words for the pages of claims and files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse

from audit.gate import Can
from billing.charges.presenters import money
from billing.claims.enums import ClaimState
from billing.claims.models import Claim, ClaimFile
from billing.claims.rules import REPLACEMENT
from billing.claims.selectors import ClaimPreview
from billing.x12 import claim as x12
from billing.x12 import parties
from coding.codesets.rules import dotted
from hims.lib.access import Permission
from hims.lib.masking import MEMBER, SSN, masked
from records.presenters import day, moment

TONES = {
    ClaimState.HELD: "warn", ClaimState.READY: "done", ClaimState.EXPORTED: "inform", ClaimState.SUPERSEDED: "neutral",
}  # fmt: skip
CODED = (
    "principal", "admitting", "reasons", "external", "other_diagnoses", "other_procedures", "drg", "diagnoses", "coding",
)  # fmt: skip
CHARGED = ("lines", "total_charge")


def claim_row(claim: Claim, *, with_patient: bool = True) -> dict[str, Any]:
    """One line of a list of claims."""
    first = claim.faults[0]["sentence"] if claim.faults else ""
    more = len(claim.faults) - 1
    return {
        "number": claim.control_number, "url": claim.get_absolute_url(), "form": claim.form,
        "patient": claim.patient.listed_name if with_patient else "", "facility": claim.facility.code if with_patient else "",
        "payer": claim.payer.name if claim.payer else "",
        "state": claim.get_state_display(), "tone": TONES[ClaimState(claim.state)], "total": money(claim.total_amount),
        "reason": f"{first} And {more} more." if more > 0 else first,
        "replaces": claim.frequency == REPLACEMENT,
    }  # fmt: skip


def file_row(file: ClaimFile) -> dict[str, Any]:
    """One line of the list of files."""
    return {
        "name": file.name, "url": file.get_absolute_url(), "form": file.form, "facility": file.facility.code,
        "receiver": file.receiver_id, "claims": file.claim_count, "number": f"{file.interchange_number:09d}",
        "usage": "Test" if file.usage == "T" else "Production", "sha256": file.sha256[:16], "by": str(file.created_by),
        "created": moment(file.created_at, file.facility.time_zone),
    }  # fmt: skip


def fault_rows(claim: Claim, can: Can) -> list[dict[str, str]]:
    """Each fault with the place where it is mended."""
    return [{"sentence": fault["sentence"], **_place(fault["field"], claim, can)} for fault in claim.faults]


def _place(field: str, claim: Claim, can: Can) -> dict[str, str]:
    """Link and its words; a page that the person may not open is named without a link."""
    encounter = {"encounter_id": claim.encounter_id}
    if field.startswith("coverage"):
        url = reverse("records:coverage", kwargs={"patient_id": claim.patient_id})
        if field.startswith(("coverage.subscriber.person", "coverage.dependent")):
            return _linked(can, Permission.PATIENT_REGISTER, "Registration", _correct(claim))
        return _linked(can, Permission.PATIENT_REGISTER, "Coverage (registration)", url)
    if field.startswith(CODED):
        return _linked(can, Permission.CODING_VIEW, "Coding", reverse("coding:workbench", kwargs=encounter))
    if field.startswith(CHARGED):
        return {"label": "Charges", "url": f"{claim.account.get_absolute_url()}#charges"}
    if field.startswith(("billing", "submitter", "receiver")):
        return {"label": "Facility settings (administrator)", "url": ""}
    if field.startswith("original_claim"):
        return {"label": "Original claim", "url": f"{claim.account.get_absolute_url()}#claims"}
    return _linked(can, Permission.CHART_VIEW, "Encounter", reverse("records:encounter", kwargs=encounter))


def _correct(claim: Claim) -> str:
    return reverse("records:correct", kwargs={"patient_id": claim.patient_id})


def _linked(can: Can, permission: Permission, label: str, url: str) -> dict[str, str]:
    return {"label": label, "url": url if can[permission] else ""}


def claim_facts(preview: ClaimPreview) -> list[dict[str, Any]]:
    """The claim as a whole."""
    claim = preview.claim
    zone = claim.facility.time_zone
    rows = [
        {"label": "State", "value": claim.get_state_display(), "tone": TONES[ClaimState(claim.state)]},
        {"label": "Form", "value": claim.get_form_display()},
        {
            "label": "Frequency",
            "value": "7 replaces a claim that left" if claim.frequency == REPLACEMENT else "1 original",
        },
        {"label": "Patient control number", "value": claim.control_number},
        {"label": "Payer's control number", "value": claim.payer_control_number},
        {"label": "Total charge", "value": f"${money(claim.total_amount)}"},
        {"label": "Left", "value": moment(claim.exported_at, zone)},
        {"label": "File", "value": claim.file.name if claim.file else "", "url": reverse("billing:files")},
    ]
    return [row for row in rows if row["value"]]


def party_facts(claim: x12.Claim) -> list[dict[str, str]]:
    """Who stands on the claim."""
    coverage, billing = claim.coverage, claim.billing
    holder, patient = coverage.subscriber.person, coverage.patient
    member = masked(MEMBER, coverage.subscriber.member_id)
    pairs = {
        "Billing provider": _lines(billing.name, f"NPI {billing.npi}" if billing.npi else "", _address(billing.address)),
        "Payer": _lines(coverage.payer.name, coverage.payer.identifier, coverage.payer.filing_code),
        "Subscriber": _lines(_name(holder), f"member {member}" if member else ""),
        "Patient": _lines(_name(patient), day(patient.born_on), patient.sex, _address(patient.address)),
        "Rendering": _clinician(claim.rendering),
    }  # fmt: skip
    if isinstance(claim, x12.InstitutionalClaim):
        pairs |= {"Attending": _clinician(claim.attending), "Operating": _clinician(claim.operating)}
    return [{"label": label, "value": value} for label, value in pairs.items() if value]


def stay_facts(claim: x12.Claim) -> list[dict[str, str]]:
    """Bill, dates and codes of the stay or visit."""
    if isinstance(claim, x12.ProfessionalClaim):
        pairs = {"Place of service": claim.place_of_service, "Frequency": claim.frequency_code}
    else:
        values = "; ".join(f"{value.code}: {value.amount:f}" for value in claim.values)
        pairs = {
            "Type of bill": claim.type_of_bill,
            "Statement": f"{day(claim.statement_from)} - {day(claim.statement_through)}",
            "Admitted": " ".join(filter(None, (day(claim.admission_on), _clock(claim.admission_time)))),
            "Discharge hour": _clock(claim.discharge_time),
            "Admission type and source": f"{claim.admission_type} / {claim.admission_source}",
            "Patient status": claim.patient_status, "DRG": claim.drg, "Value codes": values,
        }  # fmt: skip
    return [{"label": label, "value": value} for label, value in pairs.items() if value]


def code_rows(claim: x12.Claim, content: Mapping[str, Any]) -> list[dict[str, str]]:
    """Codes in the order of the claim, with their titles from the summary."""
    titles = {
        row["code"]: row.get("title", "") for part in ("diagnoses", "procedures") for row in content.get(part, [])
    }
    return [{**row, "title": titles.get(row["code"], ""), "shown": row["shown"]} for row in _codes(claim)]


def _codes(claim: x12.Claim) -> Iterable[dict[str, str]]:
    if isinstance(claim, x12.ProfessionalClaim):
        for place, code in enumerate(claim.diagnoses, 1):
            yield _diagnosis(str(place), code)
        return
    yield _diagnosis("Principal", claim.principal_diagnosis.code, claim.principal_diagnosis.poa)
    if claim.admitting_diagnosis:
        yield _diagnosis("Admitting", claim.admitting_diagnosis)
    for code in claim.reasons_for_visit:
        yield _diagnosis("Reason for visit", code)
    for role, lines in (("Other", claim.other_diagnoses), ("External cause", claim.external_causes)):
        for line in lines:
            yield _diagnosis(role, line.code, line.poa)
    for procedure in filter(None, (claim.principal_procedure, *claim.other_procedures)):
        yield {
            "role": f"Procedure {day(procedure.done_on)}",
            "code": procedure.code,
            "shown": procedure.code,
            "poa": "",
        }


def _diagnosis(role: str, code: str, poa: str = "") -> dict[str, str]:
    return {"role": role, "code": code, "shown": dotted(code) if code else "", "poa": poa}


def line_rows(claim: x12.Claim) -> list[dict[str, str]]:
    """Service lines."""
    found = []
    lines: Sequence[x12.InstitutionalLine | x12.ProfessionalLine] = claim.lines
    for place, line in enumerate(lines, 1):
        pointers = line.pointers if isinstance(line, x12.ProfessionalLine) else ()
        found.append(
            {
                "place": str(place), "revenue_code": getattr(line, "revenue_code", ""), "pointers": ", ".join(map(str, pointers)),
                "hcpcs": " ".join((line.hcpcs, *line.modifiers)).strip(), "service_on": day(line.service_on),
                "units": f"{line.units.normalize():f} {line.unit}", "amount": money(line.charge_amount),
            }
        )  # fmt: skip
    return found


def segment_rows(segments: Iterable[str]) -> list[dict[str, str]]:
    """Raw segments with their names apart; numbers of persons in part, whole only in the file."""
    return [
        {"name": name, "rest": _in_part(name, rest)}
        for name, _, rest in (segment.partition("*") for segment in segments)
    ]  # fmt: skip


def _in_part(name: str, rest: str) -> str:
    """NM1 has a member number in its ninth element when the eighth is MI or II, REF a person's number behind SY, 1W and 0F."""
    end = "~" if rest.endswith("~") else ""
    parts = rest.removesuffix("~").split("*")
    if name == "NM1" and len(parts) > 8 and parts[7] in ("MI", "II"):
        parts[8] = masked(MEMBER, parts[8])
    if name == "REF" and len(parts) > 1 and parts[0] in ("SY", "1W", "0F"):
        parts[1] = masked(SSN if parts[0] == "SY" else MEMBER, parts[1])
    return "*".join(parts) + end


def _name(person: parties.Person | parties.Provider) -> str:
    first = " ".join(filter(None, (person.first_name, person.middle_name, person.suffix)))
    return f"{person.last_name}, {first}" if first else person.last_name


def _clinician(provider: parties.Provider | None) -> str:
    return _lines(_name(provider), f"NPI {provider.npi}" if provider.npi else "no NPI") if provider else ""


def _address(address: parties.Address | None) -> str:
    return ", ".join(filter(None, (address.line1, address.city, address.state, address.zip_code))) if address else ""


def _lines(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def _clock(at: Any) -> str:
    return f"{at:%H:%M}" if at is not None else ""
