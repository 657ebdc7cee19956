"""Reads of claims and the files they left in."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from audit import gate
from audit.monitoring.limits import demand_reason
from audit.trail.enums import Category
from billing.charges.models import Account
from billing.claims.build import Built, body, build
from billing.claims.enums import ClaimState
from billing.claims.models import Claim, ClaimFile
from billing.claims.sent import segments_of
from billing.claims.sources import ACCOUNT_RELATED, load_sources
from hims.lib.access import Permission
from hims.lib.digests import require_intact
from hims.lib.paging import Page, keyset_page

NEWEST_FIRST = ("-created_at", "-id")


@dataclass(frozen=True)
class ClaimPreview:
    """A claim as it would leave now; segments: those that left, once it has left. stale: what is on file has changed since."""

    claim: Claim
    built: Built | None
    segments: tuple[str, ...]
    dropped: int
    stale: bool

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return [self.claim.patient_id]

    @property
    def facility_ids(self) -> list[int]:
        """For the trail."""
        return [self.claim.facility_id]


@dataclass(frozen=True)
class Download:
    """A file with the patients whose claims are in it."""

    file: ClaimFile
    patient_ids: list[UUID]

    @property
    def facility_ids(self) -> list[int]:
        """For the trail."""
        return [self.file.facility_id]


@gate.query(Permission.CLAIM_VIEW, Claim, event="claim.listed", detail=("state", "form"))
def claims_list(
    claims: QuerySet[Claim],
    *,
    state: str = "",
    form: str = "",
    facility_id: int | None = None,
    after: str = "",
    size: int = 50,
) -> Page[Claim]:
    """One page of claims, newest first; state and form "", facility_id None: all."""
    asked = {"state": state, "form": form, "facility": facility_id}
    rows = claims.filter(**{name: value for name, value in asked.items() if value})
    rows = rows.select_related("patient", "payer", "encounter", "facility")
    return keyset_page(rows, order=NEWEST_FIRST, after=after, size=size)


@gate.query(Permission.CLAIM_VIEW, Claim, event="claim.states_counted")
def claim_counts(claims: QuerySet[Claim], *, facility_id: int | None = None) -> dict[str, int]:
    """How many claims are held and how many are ready; what has left is not counted. facility_id None: everywhere."""
    waiting = claims.filter(state__in=(ClaimState.HELD, ClaimState.READY)).order_by()
    if facility_id is not None:
        waiting = waiting.filter(facility=facility_id)
    return dict(waiting.values_list("state").annotate(found=Count("pk")))


@dataclass(frozen=True)
class ReadyToLeave:
    """How many different patients the ready claims are about."""

    patients: int


@gate.query(Permission.CLAIM_EXPORT, Claim, event="claim.export_measured")
def ready_to_leave(claims: QuerySet[Claim]) -> ReadyToLeave:
    """How many patients' data an export would take out now."""
    return ReadyToLeave(claims.filter(state=ClaimState.READY).order_by().values("patient").distinct().count())


@gate.query(Permission.CLAIM_VIEW, Claim, event="claim.viewed")
def claim_preview(claims: QuerySet[Claim], *, claim_id: UUID) -> ClaimPreview:
    """One claim with its parties, codes, lines and segments."""
    claim = claims.select_related("account", "payer", "file", "summary", "facility", "encounter__facility").prefetch_related(
        "patient__mrns"
    ).get(pk=claim_id)  # fmt: skip
    source = load_sources(list(Account.objects.filter(pk=claim.account_id).select_related(*ACCOUNT_RELATED)))[0]
    newest = source.summary is not None and source.summary.pk == claim.summary_id
    built = build(source) if newest else None
    if claim.file is not None:
        segments = segments_of(bytes(claim.file.content), claim.control_number)
    else:
        segments = tuple(body(built.claim).decode("ascii").splitlines()) if built else ()
    changed = built is not None and built.body_sha256 != claim.body_sha256
    return ClaimPreview(claim, built, segments, built.dropped if built else 0, changed)


@gate.query(Permission.CLAIM_EXPORT, Claim, event="claim.opened")
def claim_to_change(claims: QuerySet[Claim], *, claim_id: UUID) -> Claim:
    """One claim, to rebuild it or to record the payer's number."""
    return claims.select_related("account").get(pk=claim_id)


@gate.query(Permission.CLAIM_VIEW, ClaimFile, event="claim.files_listed")
def claim_files(files: QuerySet[ClaimFile], *, after: str = "", size: int = 50) -> Page[ClaimFile]:
    """One page of files, newest first, without their bytes."""
    rows = files.defer("content").select_related("facility", "created_by")
    return keyset_page(rows, order=NEWEST_FIRST, after=after, size=size)


@gate.query(
    Permission.CLAIM_EXPORT, ClaimFile, event="claim.file_downloaded", category=Category.EXPORT, detail=("reason",)
)
def file_to_download(files: QuerySet[ClaimFile], *, file_id: UUID, reason: str = "") -> Download:
    """A file with its bytes, the same at each download. Raises DomainError (field "reason") for many patients without one,
    and when the bytes are not those that were written."""
    file = files.get(pk=file_id)
    patients = sorted(set(file.claims.values_list("patient_id", flat=True)))
    demand_reason(len(patients), reason)
    require_intact(bytes(file.content), file.sha256)
    return Download(file, patients)
