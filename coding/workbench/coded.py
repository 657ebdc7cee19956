"""A stay with its codes as the rules see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from coding.workbench.abstracting.rules import AbstractFacts
from coding.workbench.enums import DiagnosisRole
from coding.workbench.rules import REPORTED, DiagnosisLine, ProcedureLine, Stay
from coding.workbench.services.rules import ServiceLine


@dataclass(frozen=True)
class CodedStay:
    """Everything a notice may depend on.

    diagnoses, procedures: in coded order. invalid: sentence by code for what may not be reported on `stay.coded_on`.
    exempt: diagnosis codes that need no POA. edits: names of Medicare code edits by code, "" for the stay itself.
    services: service lines of an outpatient encounter, in order. abstract: the items beside the codes, as they count.
    """

    stay: Stay
    diagnoses: tuple[DiagnosisLine, ...] = ()
    procedures: tuple[ProcedureLine, ...] = ()
    invalid: Mapping[str, str] = field(default_factory=dict)
    exempt: frozenset[str] = frozenset()
    edits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    services: tuple[ServiceLine, ...] = ()
    abstract: AbstractFacts = field(default_factory=AbstractFacts)

    def in_role(self, role: str) -> list[DiagnosisLine]:
        """The diagnoses of a role in sequence."""
        return [line for line in self.diagnoses if line.role == role]

    @property
    def principal(self) -> DiagnosisLine | None:
        """The principal diagnosis; for outpatient encounters the first-listed one."""
        return next(iter(self.in_role(DiagnosisRole.PRINCIPAL)), None)

    def needs_poa(self, line: DiagnosisLine) -> bool:
        """True when a present-on-admission indicator is owed and missing."""
        reported = self.stay.inpatient and line.role in REPORTED
        return reported and not line.poa and line.code not in self.exempt
