"""What is personal, and how it goes: by age, at a person's wish, or into their hands (docs/privacy.md)."""
