"""The e-mail door: what goes out (outgoing.py) and, later, what comes in."""
