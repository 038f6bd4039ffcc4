"""Carrying out a plan: paced, journalled, and with every answer accounted for.

Nothing here writes SQLite or calls boto3: rows come from a backlog, changes go to a journal, calls go
through a pool.
"""
