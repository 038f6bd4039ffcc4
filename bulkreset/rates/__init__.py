"""Request rates: Cognito's quotas, and the pacing that stays inside them."""
