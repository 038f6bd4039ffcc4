"""The walks, one file each."""
