"""From manifest rows and the state of the pool to a plan: pure, and nothing here makes a call."""
