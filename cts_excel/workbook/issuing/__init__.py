"""Rosters, personalised blanks, and the key that proves which were issued."""
