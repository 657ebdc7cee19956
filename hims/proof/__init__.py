"""The proof of access: every route against every role and every kind of patient, compared with a policy that is declared apart."""
