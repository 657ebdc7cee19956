"""The small code lists of admission and discharge, with our own short wording for the forms.

Source of the code values: UB-04 FL 14 (type of admission), FL 15 (point of origin), FL 17 (patient discharge status). Effective
dates of these values are kept in the code sets; the lists here are what a registrar chooses from today.
"""

from __future__ import annotations

ADMISSION_TYPES = [
    ("", "Choose"),
    ("1", "1 Emergency"),
    ("2", "2 Urgent"),
    ("3", "3 Elective"),
    ("4", "4 Newborn"),
    ("5", "5 Trauma"),
    ("9", "9 Not known"),
]
POINTS_OF_ORIGIN = [
    ("", "Choose"),
    ("1", "1 Home or workplace"),
    ("2", "2 Clinic or office"),
    ("4", "4 Another hospital"),
    ("5", "5 Nursing facility, or born here (newborn)"),
    ("6", "6 Another health care facility, or born elsewhere (newborn)"),
    ("8", "8 Court or law enforcement"),
    ("9", "9 Not known"),
    ("D", "D Another unit of this hospital"),
    ("E", "E Ambulatory surgery center"),
    ("F", "F Hospice"),
]
DISPOSITIONS = [
    ("01", "01 Home, no services"),
    ("02", "02 Another acute care hospital"),
    ("03", "03 Skilled nursing facility"),
    ("04", "04 Custodial or supportive care"),
    ("05", "05 Cancer center or children's hospital"),
    ("06", "06 Home with home health services"),
    ("07", "07 Left against medical advice"),
    ("20", "20 Died"),
    ("21", "21 Court or law enforcement"),
    ("43", "43 Federal hospital"),
    ("50", "50 Hospice at home"),
    ("51", "51 Hospice in a facility"),
    ("61", "61 Swing bed of this hospital"),
    ("62", "62 Inpatient rehabilitation"),
    ("63", "63 Long-term care hospital"),
    ("64", "64 Medicaid-only nursing facility"),
    ("65", "65 Psychiatric hospital"),
    ("66", "66 Critical access hospital"),
    ("69", "69 Alternative care site in a disaster"),
    ("70", "70 Another kind of institution"),
]
# The same destinations with a readmission to acute care planned; what a coder finds in the record.
PLANNED_READMISSIONS = [
    ("81", "81 Home, readmission planned"),
    ("82", "82 Another acute care hospital, readmission planned"),
    ("83", "83 Skilled nursing facility, readmission planned"),
    ("84", "84 Custodial or supportive care, readmission planned"),
    ("85", "85 Cancer center or children's hospital, readmission planned"),
    ("86", "86 Home with home health services, readmission planned"),
    ("87", "87 Court or law enforcement, readmission planned"),
    ("88", "88 Federal hospital, readmission planned"),
    ("89", "89 Swing bed of this hospital, readmission planned"),
    ("90", "90 Inpatient rehabilitation, readmission planned"),
    ("91", "91 Long-term care hospital, readmission planned"),
    ("92", "92 Medicaid-only nursing facility, readmission planned"),
    ("93", "93 Psychiatric hospital, readmission planned"),
    ("94", "94 Critical access hospital, readmission planned"),
    ("95", "95 Another kind of institution, readmission planned"),
]
ALL_DISPOSITIONS = [*DISPOSITIONS, *PLANNED_READMISSIONS]
