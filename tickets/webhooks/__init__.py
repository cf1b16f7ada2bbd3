"""Webhooks: what happens to tickets is told to addresses that administrators have given."""
