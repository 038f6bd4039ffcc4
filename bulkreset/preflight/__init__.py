"""What to know before anything is changed: facts in, findings out.

A check is pure: it is handed facts that were read elsewhere and what the job may do, and says what it finds.
A new check is a new file in checks/, which nothing has to name.
"""
