"""Closed vocabularies of documents."""

from django.db.models import TextChoices


class DocumentType(TextChoices):
    DISCHARGE_SUMMARY = "discharge_summary", "Discharge summary"
    HISTORY_AND_PHYSICAL = "history_and_physical", "History and physical"
    EMERGENCY_DEPARTMENT_NOTE = "emergency_department_note", "Emergency department note"
    OPERATIVE_REPORT = "operative_report", "Operative report"
    PROCEDURE_NOTE = "procedure_note", "Procedure note"
    CONSULTATION = "consultation", "Consultation"
    PROGRESS_NOTE = "progress_note", "Progress note"
    PATHOLOGY_REPORT = "pathology_report", "Pathology report"
    RADIOLOGY_REPORT = "radiology_report", "Radiology report"
    LABORATORY_REPORT = "laboratory_report", "Laboratory report"
    ANESTHESIA_RECORD = "anesthesia_record", "Anesthesia record"
    LABOR_AND_DELIVERY_RECORD = "labor_and_delivery_record", "Labor and delivery record"
    NEWBORN_RECORD = "newborn_record", "Newborn record"
    OFFICE_VISIT_NOTE = "office_visit_note", "Office visit note"
    THERAPY_NOTE = "therapy_note", "Therapy note"
    NURSING_NOTE = "nursing_note", "Nursing note"
    MEDICATION_RECORD = "medication_record", "Medication record"
    ORDER = "order", "Order"
    DISCHARGE_INSTRUCTIONS = "discharge_instructions", "Discharge instructions"
    SCANNED_DOCUMENT = "scanned_document", "Scanned document"


class DocumentStatus(TextChoices):
    DRAFT = "draft", "Draft"
    SIGNED = "signed", "Signed"
    AMENDED = "amended", "Amended"
    RETRACTED = "retracted", "Retracted"
