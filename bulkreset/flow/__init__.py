"""What a command sets in motion: the stages in order, one file per undertaking."""
