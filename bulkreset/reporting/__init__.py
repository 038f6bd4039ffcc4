"""What became of a run: its status in numbers, and its report, one file per format.

A new format is one new file here that declares `WRITER`.
"""
