"""Steering a run from outside its process: orders of other terminals, and files that anybody can make."""
