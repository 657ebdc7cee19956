"""What the library itself says about single codes, asked with small claims and remembered.

The corrections need to know which list of the MS-DRG definitions a code is on. The library does not say it,
but shows it in how it groups a claim that has nothing else; so every list stays that of the loaded version.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from coding.grouper.library import Grouping, RawClaim

REMEMBERED = 65_536
HYPERTENSION = "I10"
DEPRESSION = "F329"
ALIVE_ONLY_MCC = "I469"
SPONDYLOLISTHESIS = "M4316"
ANTERIOR_ANCHOR = "0SG0070"
POSTERIOR_ANCHOR = "0SG0071"
SINGLE_COMBINED = 402
MULTIPLE_COMBINED = frozenset({426, 427, 428})
CUSTOM_DEVICE_FUSION = 450
SURGERY_IN_MENTAL_ILLNESS = 876
TRANSPLANTS_AND_THE_LIKE = frozenset({1, 2, 5, 6, 7, 8, 10, 11, 12, 13, 19, 650, 651, 652})
OPERATING_ROOM = TRANSPLANTS_AND_THE_LIKE | {SURGERY_IN_MENTAL_ILLNESS, *range(981, 990)}
EITHER_KIND = frozenset({3, 4, 18})


@dataclass(frozen=True)
class Fusion:
    """How a procedure counts as a spinal fusion except cervical.

    anterior, posterior: the column it fuses. single: one level only. custom: with a custom-made device.
    """

    anterior: bool = False
    posterior: bool = False
    single: bool = False
    custom: bool = False


class Facts:
    """Facts about codes per version; `group` is the library's grouping."""

    def __init__(self, group: Grouping) -> None:
        self.group = group
        self.hac_lists = lru_cache(REMEMBERED)(self._hac_lists)
        self.fusion = lru_cache(REMEMBERED)(self._fusion)
        self.status_is_known = lru_cache(REMEMBERED)(self._status_is_known)
        self.operating_room = lru_cache(REMEMBERED)(self._operating_room)

    def _hac_lists(self, version: int, code: str) -> frozenset[str]:
        """Names of the hospital-acquired condition lists that a secondary diagnosis is on."""
        marks = self.group(_claim(version, secondary=code, poa="N"))["sdx_output"]
        return frozenset(hac["hac_list"] for mark in marks for hac in mark["hacs"])

    def _status_is_known(self, version: int, status: int) -> bool:
        """Whether a status is on the list: shown by a diagnosis that is an MCC only in survivors."""
        answer = self.group({**_claim(version, secondary=ALIVE_ONLY_MCC), "discharge_status": status})
        return bool(answer["return_code"] != "INVALID_DISCHARGE_STATUS")

    def _fusion(self, version: int, code: str) -> Fusion:
        """Which column a procedure fuses: the one that makes a combined fusion with the other column."""
        with_posterior = self._spinal_drg(version, code, POSTERIOR_ANCHOR)
        with_anterior = self._spinal_drg(version, code, ANTERIOR_ANCHOR)
        combined = {with_posterior, with_anterior} & (MULTIPLE_COMBINED | {SINGLE_COMBINED})
        return Fusion(
            anterior=with_posterior in combined,
            posterior=with_anterior in combined,
            single=SINGLE_COMBINED in combined,
            custom=bool(combined) and self._spinal_drg(version, code) == CUSTOM_DEVICE_FUSION,
        )

    def _spinal_drg(self, version: int, *codes: str) -> int:
        return int(self.group(_claim(version, SPONDYLOLISTHESIS, procedures=codes))["initial_drg"])

    def _operating_room(self, version: int, code: str) -> bool | None:
        """Whether a procedure is an operating-room procedure; None where a Pre-MDC DRG hides it.

        MDC 19 has one surgical DRG, for any operating-room procedure; only a Pre-MDC DRG comes before it.
        """
        drg = int(self.group(_claim(version, DEPRESSION, procedures=(code,)))["initial_drg"])
        if drg in EITHER_KIND:
            return None
        return drg in OPERATING_ROOM


def _claim(
    version: int,
    principal: str = HYPERTENSION,
    *,
    secondary: str = "",
    poa: str = "Y",
    procedures: tuple[str, ...] = (),
) -> RawClaim:
    """A plain stay of an adult discharged home."""
    return {
        "version": version,
        "age": 40,
        "sex": 1,
        "discharge_status": 1,
        "hospital_status": "NOT_EXEMPT",
        "pdx": {"code": principal, "poa": "Y"},
        "sdx": [{"code": secondary, "poa": poa}] if secondary else [],
        "procedures": [{"code": code} for code in procedures],
    }
