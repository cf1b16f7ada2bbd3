"""Changes to many tickets at once: each ticket by the same verb as one alone, in the background."""
