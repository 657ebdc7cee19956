"""Faults of providers, coverage and addresses, the same for both guides."""

from __future__ import annotations

from billing.x12.checklist import Checklist
from billing.x12.formats import STATES, is_mbi, is_npi, is_phone, is_tax_id, is_taxonomy, is_zip
from billing.x12.parties import (
    SELF,
    Address,
    BillingProvider,
    Coverage,
    Person,
    Provider,
    ServiceFacility,
    Subscriber,
)
from hims.lib.masking import MEMBER, masked

RELATIONSHIPS = frozenset({"01", "19", "20", "21", "39", "40", "53", "G8"})
FILING_CODES = frozenset(
    {"11", "12", "13", "14", "15", "16", "17", "AM", "BL", "CH", "CI", "DS"}
    | {"FI", "HM", "LM", "MA", "MB", "MC", "OF", "TV", "VA", "WC", "ZZ"}
)
"""Claim filing indicators (SBR09) that both guides allow."""
MEDICARE = frozenset({"MA", "MB"})


def check_billing(check: Checklist, provider: BillingProvider) -> None:
    """Loop 2010AA: name, NPI, taxonomy, tax id, address with nine-digit ZIP code."""
    check.text(provider.name, "BILLING_NAME", "billing.name", "billing provider's name", longest=60)
    check.text(
        provider.first_name,
        "BILLING_FIRST_NAME",
        "billing.first_name",
        "first name",
        longest=35,
        required=False,
    )
    check_npi(check, provider.npi, "BILLING_NPI", "billing.npi", "billing provider")
    sentence = "Enter the billing provider's taxonomy code: ten characters ending in X."
    check.must(is_taxonomy(provider.taxonomy), "BILLING_TAXONOMY_INVALID", "billing.taxonomy", sentence)
    sentence = "Enter the billing provider's tax ID: nine digits without hyphen."
    check.must(is_tax_id(provider.tax_id), "BILLING_TAX_ID_INVALID", "billing.tax_id", sentence)
    kinds = {"EI", "SY"} if provider.first_name else {"EI"}
    sentence = "The tax ID of an organization is an employer number (EI)."
    check.must(provider.tax_id_kind in kinds, "BILLING_TAX_ID_KIND", "billing.tax_id_kind", sentence)
    check_address(check, provider.address, "BILLING", "billing.address", "billing provider's", full_zip=True)
    sentence = "The billing provider's address must be a street address, not a post office box."
    box = provider.address.line1.upper().replace(".", "").startswith(("PO BOX", "P O BOX", "POST OFFICE BOX"))
    check.must(not box, "BILLING_ADDRESS_PO_BOX", "billing.address.line1", sentence)
    if provider.pay_to:
        check_address(check, provider.pay_to, "PAY_TO", "billing.pay_to", "pay-to")
    _check_contact(check, provider)


def _check_contact(check: Checklist, provider: BillingProvider) -> None:
    named = "billing contact's name"
    check.text(provider.contact_name, "BILLING_CONTACT", "billing.contact_name", named, longest=60, required=False)
    sentence = "The billing phone number needs ten digits without hyphens."
    fine = not provider.phone or is_phone(provider.phone)
    check.must(fine, "BILLING_PHONE_INVALID", "billing.phone", sentence)


def check_npi(check: Checklist, npi: str, stem: str, field: str, whose: str) -> None:
    """A required NPI with its check digit."""
    if check.must(npi, f"{stem}_MISSING", field, f"Enter the NPI of the {whose}."):
        sentence = f"{npi[:20]} is not a valid NPI for the {whose}; check the ten digits."
        check.must(is_npi(npi), f"{stem}_INVALID", field, sentence)


def check_coverage(check: Checklist, coverage: Coverage) -> None:
    """Loops 2000B, 2010BA, 2010BB and 2000C: payer, subscriber, patient, and how they belong together."""
    _check_payer(check, coverage)
    _check_subscriber(check, coverage.subscriber, coverage.payer.filing_code)
    sentence = "Only a claim to the first payer can be sent; this one would need the other payer's answer."
    check.must(coverage.responsibility == "P", "RESPONSIBILITY", "coverage.responsibility", sentence)
    if coverage.dependent is None:
        sentence = "Enter the patient, or relationship 18 when the patient is the subscriber."
        check.must(coverage.relationship == SELF, "PATIENT_MISSING", "coverage.dependent", sentence)
        _check_person(check, coverage.subscriber.person, "PATIENT", "coverage.subscriber.person", "patient")
        return
    sentence = "Choose how the patient is related to the subscriber."
    known = coverage.relationship in RELATIONSHIPS
    check.must(known, "RELATIONSHIP_INVALID", "coverage.relationship", sentence)
    sentence = "A Medicare patient is always the subscriber; remove the dependent or change the payer."
    medicare = coverage.payer.filing_code in MEDICARE
    check.must(not medicare, "MEDICARE_DEPENDENT", "coverage.dependent", sentence)
    holder = coverage.subscriber.person.last_name
    field = "coverage.subscriber.person.last_name"
    check.text(holder, "SUBSCRIBER_LAST_NAME", field, "subscriber's last name", longest=60)
    _check_person(check, coverage.dependent, "PATIENT", "coverage.dependent", "patient")


def _check_payer(check: Checklist, coverage: Coverage) -> None:
    payer = coverage.payer
    check.text(payer.name, "PAYER_NAME", "coverage.payer.name", "payer's name", longest=60)
    field = "coverage.payer.identifier"
    check.identifier(payer.identifier, "PAYER_ID", field, "payer ID", longest=80, shortest=2)
    sentence = "Choose the payer's claim filing indicator, e.g. MA for Medicare Part A or CI for commercial."
    check.must(payer.filing_code in FILING_CODES, "FILING_CODE", "coverage.payer.filing_code", sentence)
    if payer.address:
        check_address(check, payer.address, "PAYER", "coverage.payer.address", "payer's")


def _check_subscriber(check: Checklist, subscriber: Subscriber, filing_code: str) -> None:
    field, name = "coverage.subscriber.member_id", "member ID of the coverage"
    written = check.identifier(subscriber.member_id, "MEMBER_ID", field, name, longest=80, shortest=2)
    if written and filing_code in MEDICARE:
        shown = masked(MEMBER, subscriber.member_id[:20])
        sentence = f"{shown} is not a Medicare identifier (MBI): eleven characters, no hyphens."
        check.must(is_mbi(subscriber.member_id), "MEMBER_ID_NOT_MBI", field, sentence)
    for value, stem, part, longest in (
        (subscriber.group_number, "GROUP_NUMBER", "group_number", 50),
        (subscriber.group_name, "GROUP_NAME", "group_name", 60),
    ):
        label = part.replace("_", " ")
        check.text(value, stem, f"coverage.subscriber.{part}", label, longest=longest, required=False)


def _check_person(check: Checklist, person: Person, stem: str, field: str, whose: str) -> None:
    check_names(check, person, stem, field, whose)
    check.must(person.born_on, f"{stem}_BIRTH_DATE_MISSING", f"{field}.born_on", f"Enter the {whose}'s birth date.")
    sentence = f"Choose the {whose}'s sex for billing: F, M or U."
    check.must(person.sex in {"F", "M", "U"}, f"{stem}_SEX_INVALID", f"{field}.sex", sentence)
    sentence = f"Enter the {whose}'s address."
    if check.must(person.address, f"{stem}_ADDRESS_MISSING", f"{field}.address", sentence) and person.address:
        check_address(check, person.address, stem, f"{field}.address", f"{whose}'s")


def check_names(check: Checklist, who: Person | Provider, stem: str, field: str, whose: str) -> None:
    """Last and first name required, middle name and suffix not."""
    for part, longest, required in (
        ("last_name", 60, True),
        ("first_name", 35, True),
        ("middle_name", 25, False),
        ("suffix", 10, False),
    ):
        label = f"{whose}'s {part.replace('_', ' ')}"
        value = getattr(who, part)
        check.text(value, f"{stem}_{part.upper()}", f"{field}.{part}", label, longest=longest, required=required)


def check_provider(check: Checklist, provider: Provider | None, field: str, *, person: bool = True) -> None:
    """An optional provider: names, NPI, taxonomy when given. person: it cannot be an organization."""
    if provider is None:
        return
    whose = f"{field.rsplit('.', 1)[-1].replace('_', ' ')} provider"
    stem = field.rsplit(".", 1)[-1].upper()
    if person or provider.first_name:
        check_names(check, provider, stem, field, whose)
    else:
        check.text(provider.last_name, f"{stem}_LAST_NAME", f"{field}.last_name", f"{whose}'s name", longest=60)
    check_npi(check, provider.npi, f"{stem}_NPI", f"{field}.npi", whose)
    sentence = f"The taxonomy code of the {whose} has ten characters ending in X."
    fine = not provider.taxonomy or is_taxonomy(provider.taxonomy)
    check.must(fine, f"{stem}_TAXONOMY_INVALID", f"{field}.taxonomy", sentence)


def check_facility(check: Checklist, facility: ServiceFacility | None) -> None:
    """An optional service facility: name, NPI when given, address with nine-digit ZIP code."""
    if facility is None:
        return
    field = "service_facility"
    check.text(facility.name, "FACILITY_NAME", f"{field}.name", "service facility's name", longest=60)
    if facility.npi:
        check_npi(check, facility.npi, "FACILITY_NPI", f"{field}.npi", "service facility")
    check_address(check, facility.address, "FACILITY", f"{field}.address", "service facility's", full_zip=True)


def check_address(
    check: Checklist, address: Address, stem: str, field: str, whose: str, *, full_zip: bool = False
) -> None:
    """Street and city; in the United States state and ZIP code, nine digits when `full_zip`."""
    street = f"{whose} street address"
    check.text(address.line1, f"{stem}_STREET", f"{field}.line1", street, longest=55)
    check.text(address.line2, f"{stem}_STREET2", f"{field}.line2", street, longest=55, required=False)
    check.text(address.city, f"{stem}_CITY", f"{field}.city", f"{whose} city", longest=30, shortest=2)
    if address.country != "US":
        sentence = f"The country of the {whose} address is two capital letters."
        coded = len(address.country) == 2 and address.country.isascii() and address.country.isupper()
        check.must(coded and not full_zip, f"{stem}_COUNTRY_INVALID", f"{field}.country", sentence)
        sentence = f"Leave the state of the {whose} address blank outside the United States."
        check.must(not address.state, f"{stem}_STATE_INVALID", f"{field}.state", sentence)
        part = (f"{field}.zip_code", f"{whose} postal code")
        check.identifier(address.zip_code, f"{stem}_ZIP", *part, longest=15, shortest=3, required=False)
        return
    sentence = f"Choose the state of the {whose} address."
    check.must(address.state in STATES, f"{stem}_STATE_INVALID", f"{field}.state", sentence)
    digits = "nine digits" if full_zip else "five or nine digits"
    sentence = f"The ZIP code of the {whose} address needs {digits} without hyphen."
    fine = is_zip(address.zip_code) and (len(address.zip_code) == 9 or not full_zip)
    check.must(fine, f"{stem}_ZIP_INVALID", f"{field}.zip_code", sentence)
