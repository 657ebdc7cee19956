"""Where documents keep what must stay as it was filed."""

from audit.shelves import shelve

FILES = """SELECT f.version_id, encode(sha256(f.content), 'hex') = f.sha256, ARRAY[v.patient_id], ARRAY[d.facility_id]
    FROM records_documentfile f JOIN records_documentversion v ON v.id = f.version_id
    JOIN records_document d ON d.id = v.document_id
    WHERE f.version_id > %s::uuid ORDER BY f.version_id LIMIT %s"""
TEXTS = """SELECT v.id, encode(sha256(convert_to(v.text, 'UTF8')), 'hex') = v.sha256, ARRAY[v.patient_id], ARRAY[d.facility_id]
    FROM records_documentversion v JOIN records_document d ON d.id = v.document_id
    WHERE v.signed_at IS NOT NULL AND v.id > %s::uuid ORDER BY v.id LIMIT %s"""

shelve("document files", FILES)
shelve("signed texts", TEXTS)
