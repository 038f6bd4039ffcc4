"""Passwords and keys: how they are made, held in memory, and sealed to the people who hand them out."""
