"""The run file: one SQLite file per run that holds the plan, every step taken and every event.

Nothing else imports sqlite3. A run file has exactly one connection that writes; whoever else looks
at it opens it read-only.
"""
