"""The public door: Hubungi Kami and the status page."""
