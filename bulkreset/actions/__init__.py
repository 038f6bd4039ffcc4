"""What can be done to one user: one file per kind of Cognito call.

A new action is one new file here that declares `ACTION`.
"""
