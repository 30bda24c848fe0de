"""Find files, admit them, list them."""
