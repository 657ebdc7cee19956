"""Service lines of outpatient encounters: CPT and HCPCS codes with modifiers, units and pointers to diagnoses."""
