"""An 837P claim from the rows of an office visit."""

from __future__ import annotations

from decimal import Decimal

from billing.claims import build_parties
from billing.claims.build_codes import professional_codes
from billing.claims.build_lines import facts
from billing.claims.enums import ClaimForm
from billing.claims.rules import net_lines, place_of_service, pointers_or_only
from billing.claims.sources import ClaimSource
from billing.x12.claim import ProfessionalClaim, ProfessionalLine
from records.registry.models import Coverage


def claim(source: ClaimSource, coverage: Coverage | None, *, frequency: str, number: str) -> ProfessionalClaim:
    """The claim as far as it is known; what is missing stays blank, and is named by the faults."""
    encounter = source.encounter
    assert source.summary is not None
    diagnoses = professional_codes(source.summary.content)
    lines = _lines(source, len(diagnoses))
    return ProfessionalClaim(
        patient_control_number=number, total_charge=sum((line.charge_amount for line in lines), start=Decimal(0)),
        billing=build_parties.billing_provider(encounter.facility),
        coverage=build_parties.coverage(source, coverage, ClaimForm.PROFESSIONAL),
        original_claim_number=source.original.payer_control_number if source.original else "",
        medical_record_number=source.medical_record_number, frequency_code=frequency,
        place_of_service=place_of_service(encounter.facility.taxonomy_code), diagnoses=diagnoses,
        rendering=build_parties.provider(source.attending), lines=lines,
    )  # fmt: skip


def _lines(source: ClaimSource, diagnoses: int) -> tuple[ProfessionalLine, ...]:
    """A line names its clinician only where it is another one than the claim's (loop 2420A)."""
    netted = net_lines(facts(source.charges), form=ClaimForm.PROFESSIONAL, inpatient=False)
    people = {str(charge.rendering_id): charge.rendering for charge in source.charges if charge.rendering_id}
    attending = str(source.attending.pk) if source.attending else ""
    return tuple(
        ProfessionalLine(
            hcpcs=line.hcpcs_code, modifiers=line.modifiers, charge_amount=line.amount, units=line.units,
            pointers=pointers_or_only(line.pointers, diagnoses), service_on=line.service_on, control_number=str(place),
            rendering=build_parties.provider(people[line.rendering]) if line.rendering not in ("", attending) else None,
        )
        for place, line in enumerate(netted, 1)
    )  # fmt: skip
