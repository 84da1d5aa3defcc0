"""Legal bases besides a paper that a court has issued (workflow.md 4.1, 4.3; policy 5.3, 8). Pure data."""

from __future__ import annotations

CONSENT = "consent_waiver"
EXIGENT_REQUEST = "exigent_request"

# Policy 8: an emergency is a claimed imminent danger of death or of serious physical injury to a person.
# What people bring forward instead is listed too, so that the answer to it is always the same sentence.
EXIGENT_GROUNDS = {
    "danger_of_death": "Imminent danger of death",
    "danger_of_injury": "Imminent danger of serious physical injury",
}
NO_EMERGENCY = {
    "civil_arrest": "Civil immigration arrest",
    "flight_risk": "Flight risk",
    "about_to_be_released": "About to be released from custody",
}
NO_EMERGENCY_SAYS = "Civil immigration arrest, flight risk or “about to be released” is not an emergency."
EXIGENT_DAYS = 2  # a determination opens nothing after the second day: by then a court can have been asked

# What an override may rest on, in place of the judge's order that its paper is not.
OVERRIDE_BASES = {
    "statute": "A statute that compels the records",
    "regulation": "A regulation that compels the records",
    "court_order_elsewhere": "An order of a court that is not on this matter",
    "listed_exception": "A listed exception for a routine flow (policy 1.5)",
    "agreement": "An obligation that the city has taken on",
}
# Signed by a judge, signed at all in a judge's place, compels records: what the other basis stands in for.
# All other checks of the paper must hold.
SET_ASIDE = frozenset({"V03", "V04", "V10"})
