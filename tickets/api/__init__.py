"""The JSON door, with the same rules as the form."""
