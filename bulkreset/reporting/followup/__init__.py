"""Writers of follow-ups: one file per format. A new one is one new file here that declares `WRITER`."""
