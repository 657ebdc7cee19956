"""The shapes of the records API: what goes out, and what a search takes in."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from hims.lib.masking import MEMBER, masked
from records.registry.rules import LONGEST_SEARCH


class NumberSerializer(serializers.Serializer[Any]):
    """A medical record number and the facility that gave it."""

    value = serializers.CharField()
    facility = serializers.CharField(source="facility.code", help_text="code of the facility")


class AddressSerializer(serializers.Serializer[Any]):
    use = serializers.CharField()
    line = serializers.CharField()
    city = serializers.CharField()
    state = serializers.CharField()
    postal_code = serializers.CharField()
    country = serializers.CharField()


class PhoneSerializer(serializers.Serializer[Any]):
    use = serializers.CharField(help_text="also e-mail")
    value = serializers.CharField()


class CoverageSerializer(serializers.Serializer[Any]):
    rank = serializers.IntegerField(help_text="1 is billed first")
    payer = serializers.CharField(source="payer.name")
    member_id = serializers.SerializerMethodField(
        help_text="in part; whole numbers are shown on pages only, with a reason"
    )
    group_number = serializers.CharField()
    relationship = serializers.CharField(help_text="X12 PAT01; 18 is the patient")

    def get_member_id(self, coverage: Any) -> str:
        return masked(MEMBER, coverage.member_id)


class FoundPatientSerializer(serializers.Serializer[Any]):
    """A patient as the search shows one."""

    id = serializers.UUIDField()
    family_name = serializers.CharField()
    given_names = serializers.CharField()
    suffix = serializers.CharField()
    birth_date = serializers.DateField()
    sex = serializers.CharField(help_text="F, M or U")
    deceased_on = serializers.DateField(allow_null=True)
    medical_record_numbers = NumberSerializer(many=True, source="mrns", help_text="of the facilities in your reach")


class PatientSerializer(FoundPatientSerializer):
    """A patient with addresses, phones and coverage."""

    language = serializers.CharField()
    addresses = AddressSerializer(many=True)
    phones = PhoneSerializer(many=True)
    coverages = CoverageSerializer(many=True)


class PatientSearchSerializer(serializers.Serializer[Any]):
    """The search text stands in the body, so that no name stands in an address or a log."""

    text = serializers.CharField(
        max_length=LONGEST_SEARCH, help_text="words of the name, birth date or number, in any order"
    )


class PlaceSerializer(serializers.Serializer[Any]):
    unit = serializers.CharField()
    room = serializers.CharField()
    bed = serializers.CharField()
    from_at = serializers.DateTimeField()
    to_at = serializers.DateTimeField(allow_null=True)


class ClinicianSerializer(serializers.Serializer[Any]):
    role = serializers.CharField()
    name = serializers.CharField(source="provider.__str__")
    npi = serializers.CharField(source="provider.npi")


class EncounterSerializer(serializers.Serializer[Any]):
    """One episode of care."""

    id = serializers.UUIDField()
    patient_id = serializers.UUIDField()
    facility = serializers.CharField(source="facility.code")
    account_number = serializers.CharField()
    encounter_class = serializers.CharField()
    status = serializers.CharField()
    admitted_at = serializers.DateTimeField()
    discharged_at = serializers.DateTimeField(allow_null=True)
    discharged_on = serializers.DateField(allow_null=True, help_text="facility-local day; code sets go by it")
    admission_type = serializers.CharField(help_text="UB-04 FL 14")
    point_of_origin = serializers.CharField(help_text="UB-04 FL 15")
    discharge_disposition = serializers.CharField(help_text="UB-04 FL 17, two characters")
    service = serializers.CharField()
    reason = serializers.CharField()
    labels = serializers.ListField(child=serializers.CharField(), help_text="kinds of specially protected information")
    clinicians = ClinicianSerializer(many=True, source="providers")
    places = PlaceSerializer(many=True, source="locations")


class DocumentSerializer(serializers.Serializer[Any]):
    """One version of a document with its text."""

    id = serializers.UUIDField(source="document.id")
    patient_id = serializers.UUIDField(source="document.patient_id")
    encounter_id = serializers.UUIDField(source="document.encounter_id", allow_null=True)
    document_type = serializers.CharField(source="document.document_type")
    title = serializers.CharField(source="document.title")
    status = serializers.CharField(source="document.status")
    written_at = serializers.DateTimeField(source="document.written_at")
    version = serializers.IntegerField(source="version.number")
    versions = serializers.ListField(
        child=serializers.IntegerField(), source="numbers", help_text="numbers of all versions, newest first"
    )
    text = serializers.CharField(source="version.text")
    withheld = serializers.BooleanField(help_text="passages are left out of the text; then there is no sha256")
    labels = serializers.ListField(child=serializers.CharField(), help_text="kinds of specially protected information")
    notice = serializers.CharField(help_text="must go with every copy, where the law asks for one")
    sha256 = serializers.CharField(source="version.sha256", help_text="of the text in UTF-8, what the signature covers")
    signed_at = serializers.DateTimeField(source="version.signed_at", allow_null=True)
    signed_by = serializers.CharField(source="version.signed_by")
    has_file = serializers.BooleanField()


class VersionSerializer(serializers.Serializer[Any]):
    """Which version of a document is asked for."""

    version = serializers.IntegerField(min_value=1, max_value=32767, required=False)
