"""Which codes to try."""

from __future__ import annotations

from typing import Any

from django import forms

from coding.codesets.rules import is_cm_shaped, undotted
from coding.workbench.forms import SYSTEMS
from coding.workbench.whatif.selectors import MOST
from hims.lib.errors import DomainError

SEPARATOR = ":"
LONGEST = 24


class TryForm(forms.Form):
    """code: one more; without a system its shape decides. drop: one to leave out again, as "system:code"."""

    code = forms.CharField(max_length=16, required=False)
    system = forms.ChoiceField(choices=[("", ""), *SYSTEMS], required=False)
    drop = forms.CharField(max_length=LONGEST, required=False)


def asked_codes(data: Any) -> list[str]:
    """ "system:code" of each code to try, in the order they came. Raises DomainError for anything malformed."""
    form = TryForm(data)
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise DomainError(str(errors[0]), field=field)
    asked = form.cleaned_data
    kept = [each for each in data.getlist("tried") if each != asked["drop"]]
    if code := undotted(asked["code"]):
        kept.append(f"{asked['system'] or _system_of(code)}{SEPARATOR}{code}")
    known = {system for system, _ in SYSTEMS}
    if len(kept) > MOST:
        raise DomainError(f"At most {MOST} codes can be tried at once. Leave one out first.", field="code")
    if any(len(each) > LONGEST or each.partition(SEPARATOR)[0] not in known for each in kept):
        raise DomainError("This list of codes is damaged. Open the panel again.", field="tried")
    return list(dict.fromkeys(kept))


def _system_of(code: str) -> str:
    """A code of seven characters that begins with a digit, or cannot be a diagnosis, is a procedure."""
    diagnosis = code[:1].isalpha() and is_cm_shaped(code)
    return "icd10cm" if diagnosis else "icd10pcs"
