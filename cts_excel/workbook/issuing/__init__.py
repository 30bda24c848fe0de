"""Rosters, personalised blank workbooks, and the key for their proof of issue."""
