"""What HTML pages are made of: styles, scripts and drawings in `parts/`, and how they become one file."""
