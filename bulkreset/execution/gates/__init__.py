"""Whether a run may go on at this moment: one file per thing that can keep it from it."""
