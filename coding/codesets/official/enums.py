"""Closed vocabularies of official files and their loads."""

from __future__ import annotations

from django.db.models import TextChoices


class LoadKind(TextChoices):
    """The official files HIMS can read; the value is the KIND of the command."""

    CM_ORDER = "icd10cm_order", "ICD-10-CM order file (codes and titles)"
    CM_TABULAR = "icd10cm_tabular", "ICD-10-CM tabular list (XML)"
    CM_INDEX = "icd10cm_index", "ICD-10-CM index of diseases and injuries (XML)"
    CM_EXTERNAL = "icd10cm_external_cause", "ICD-10-CM index of external causes (XML)"
    CM_NEOPLASM = "icd10cm_neoplasm", "ICD-10-CM table of neoplasms (XML)"
    CM_DRUG = "icd10cm_drug", "ICD-10-CM table of drugs and chemicals (XML)"
    PCS_ORDER = "icd10pcs_order", "ICD-10-PCS order file (codes and titles)"
    PCS_TABLES = "icd10pcs_tables", "ICD-10-PCS tables (XML)"
    PCS_INDEX = "icd10pcs_index", "ICD-10-PCS index (XML)"
    PCS_DEFINITIONS = "icd10pcs_definitions", "ICD-10-PCS definitions (XML)"
    HCPCS = "hcpcs", "HCPCS Level II (record file or Addendum B)"
    POA_EXEMPT = "poa_exempt", "POA exempt list"
    DRG_WEIGHTS = "drg_weights", "MS-DRG weights (IPPS Table 5)"
    CPT = "cpt", "CPT (your licensed file)"


class IndexBook(TextChoices):
    """The alphabetic books; each is one kind of load."""

    DISEASES = "icd10cm_index", "Diseases and injuries"
    EXTERNAL_CAUSES = "icd10cm_external_cause", "External causes"
    NEOPLASMS = "icd10cm_neoplasm", "Table of neoplasms"
    DRUGS = "icd10cm_drug", "Table of drugs and chemicals"
    PCS = "icd10pcs_index", "ICD-10-PCS index"


class LoadState(TextChoices):
    """Where a load stands; only a LOADED one is part of the code sets."""

    CHECKING = "checking", "Being read"
    CHECKED = "checked", "Read, not loaded yet"
    REFUSED = "refused", "Refused"
    LOADING = "loading", "Being loaded"
    LOADED = "loaded", "Loaded"
    ROLLING_BACK = "rolling_back", "Being rolled back"
    ROLLED_BACK = "rolled_back", "Rolled back"
