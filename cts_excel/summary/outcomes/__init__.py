"""What the summary keeps of each outcome, as columns."""
