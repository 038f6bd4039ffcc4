"""What AWS tells of the account: asked once, never needed. What cannot be read is known not to be known."""
