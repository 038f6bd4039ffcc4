"""The one place that talks to Amazon Cognito; nothing else imports boto3."""
