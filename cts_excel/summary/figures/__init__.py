"""Statistics: pure functions over the columns."""
