"""What should be true afterwards: one file per goal, each a decision table.

A new goal is one new file here that declares `GOAL`.
"""
