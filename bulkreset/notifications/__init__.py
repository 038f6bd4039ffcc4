"""What a run tells, in which words, and by which ways it gets out."""
