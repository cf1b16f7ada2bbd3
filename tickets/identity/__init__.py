"""Proof of identity: asked for by an agent, sent once, seen and decided about by leads (docs/adr/0030)."""
