"""What a run has done so far, safe against a kill."""
