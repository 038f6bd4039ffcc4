"""What outcomes are called on the page of a run."""

from __future__ import annotations

from bulkreset.ledger.states import Outcome

OUTCOMES = {
    Outcome.DONE: ("Done", "every step was confirmed"),
    Outcome.NOT_ATTEMPTED: ("Not attempted", "the run has not come to them"),
    Outcome.FAILED: ("Failed", "Cognito refused a step"),
    Outcome.UNKNOWN: ("Unknown", "a call was sent, and its effect is not known"),
    Outcome.DRIFTED: ("Drifted", "changed since the plan, and not touched"),
    Outcome.SKIPPED: ("Skipped", "as planned: already as wanted, or not concerned"),
    Outcome.BLOCKED: ("Blocked", "as planned: cannot be changed safely"),
    Outcome.INVALID: ("Unusable", "the row of the list cannot be used"),
}
"""Each outcome in a word and in a few, in the order of the picture."""

DECISIONS = {"do": "to change", "skip": "to skip", "block": "blocked", "invalid": "unusable"}
"""What the plan had said, after a number."""

DIFFERENCES = {
    Outcome.FAILED: "Planned and refused. A step may be done: the row says which.",
    Outcome.UNKNOWN: "Planned and sent, without an answer. Nothing is sent twice by itself.",
    Outcome.DRIFTED: "Planned, and no longer as planned when their turn came. Not touched.",
    Outcome.NOT_ATTEMPTED: "Planned, and not reached, or not to their last step.",
}
"""What it means that a row which was to be done ended so."""
