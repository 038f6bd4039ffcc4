"""followup: who has really changed it since a run, kept in the run, and a job for who is left."""
