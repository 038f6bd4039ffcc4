"""One user at a time: what an administrator does for one, and what the user does."""
