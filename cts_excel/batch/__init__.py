"""Many files: find, admit, isolate, grade, tell duplicates, record the run."""
