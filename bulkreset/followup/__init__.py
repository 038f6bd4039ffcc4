"""What became of the users of a run: judged from ListUsers alone, counted, and what to do about who is left.

Pure: rows of a run and a snapshot go in, tables and numbers come out.
"""
