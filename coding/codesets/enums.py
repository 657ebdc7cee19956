"""Closed vocabularies of the code sets."""

from __future__ import annotations

from django.db.models import TextChoices


class CodeSystem(TextChoices):
    """The code sets HIMS knows; a set without a loaded release is simply empty."""

    ICD10CM = "icd10cm", "ICD-10-CM diagnoses"
    ICD10PCS = "icd10pcs", "ICD-10-PCS procedures"
    HCPCS = "hcpcs", "HCPCS Level II"
    HCPCS_MODIFIER = "hcpcs_modifier", "HCPCS Level II modifiers"
    CPT = "cpt", "CPT"
    DISCHARGE_DISPOSITION = "discharge_disposition", "Discharge disposition"
    ADMISSION_TYPE = "admission_type", "Type of admission"
    POINT_OF_ORIGIN = "point_of_origin", "Point of origin"
    POA_INDICATOR = "poa_indicator", "Present on admission indicator"
    REVENUE_CODE = "revenue_code", "Revenue code"
    TYPE_OF_BILL = "type_of_bill", "Type of bill"
    PLACE_OF_SERVICE = "place_of_service", "Place of service"


class CodeKind(TextChoices):
    """Where an entry stands in its code set; only `CODE` can be reported."""

    CHAPTER = "chapter", "Chapter"
    BLOCK = "block", "Block"
    HEADING = "heading", "Category"
    CODE = "code", "Code"


class NoteKind(TextChoices):
    """Instructional notes of the tabular list, in the order in which it prints them."""

    NOTE = "note", "Note"
    INCLUDES = "includes", "Includes"
    INCLUSION_TERM = "inclusion_term", "Inclusion term"
    CODE_FIRST = "code_first", "Code first"
    USE_ADDITIONAL = "use_additional", "Use additional code"
    CODE_ALSO = "code_also", "Code also"
    EXCLUDES1 = "excludes1", "Excludes1"
    EXCLUDES2 = "excludes2", "Excludes2"
    SEVENTH_CHARACTER = "seventh_character", "7th character"
    SEVENTH_CHARACTER_NOTE = "seventh_note", "7th character instruction"
    INDEX_TERM = "index_term", "Index entry"


class SeverityLevel(TextChoices):
    """Severity of a secondary diagnosis in MS-DRG; a code without a row is neither."""

    CC = "CC", "Complication or comorbidity"
    MCC = "MCC", "Major complication or comorbidity"


class FoundBy(TextChoices):
    """How a search hit was reached."""

    CODE = "code", "Code"
    TITLE = "title", "Title"
    INCLUSION_TERM = "inclusion_term", "Inclusion term"
    INDEX_ENTRY = "index_entry", "Index entry"
    SIMILAR = "similar", "Similar words"
