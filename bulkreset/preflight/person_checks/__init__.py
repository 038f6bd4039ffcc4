"""The checks of one user who got no code, one a file: each declares a CHECK."""
