"""The HTML page of a run: what is drawn on it, and its sections."""
