"""The drift threshold: how many rows may have changed since the plan before a run stops by itself."""

from typing import Annotated

from pydantic import BeforeValidator

from bulkreset.settings.max_failed import SHORT_FORMS, RowThreshold, shorthand


class MaxDrift(RowThreshold):
    """How many rows may have drifted: a part of those settled so far, or a number."""


DEFAULT = MaxDrift(fraction=0.2)

DriftThreshold = Annotated[MaxDrift, BeforeValidator(shorthand("max_drift", "20%", DEFAULT)), SHORT_FORMS]
