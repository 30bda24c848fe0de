"""The answers of one audit and what they are worth. Pure: this package opens no file."""
