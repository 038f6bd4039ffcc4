"""The numbers of a run for machines: which there are, and the formats in which they are written."""
