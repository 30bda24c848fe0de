"""The report on one client."""
