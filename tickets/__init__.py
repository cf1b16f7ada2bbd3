"""Every row, every change of status, every door."""
