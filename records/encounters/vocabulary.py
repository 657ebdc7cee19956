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
