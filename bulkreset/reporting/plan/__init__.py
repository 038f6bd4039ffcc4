"""A plan as it is told to people and to their programs, one file per format.

A new format is one new file here that declares `WRITER`.
"""
