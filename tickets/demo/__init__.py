"""A believable queue to try the product with; `manage.py seed_demo` fills it."""
