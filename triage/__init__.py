"""Decides what is wrong with a registration and what helps; knows no tables, no requests, no mail."""
