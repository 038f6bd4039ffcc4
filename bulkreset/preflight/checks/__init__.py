"""The checks of a job, one a file: each declares a CHECK."""
