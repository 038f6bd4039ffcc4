"""bulkreset: a batch job runner for Amazon Cognito user pools."""

__version__ = "0.1.0"
