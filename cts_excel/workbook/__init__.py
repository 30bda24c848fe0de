"""One audit workbook on disk: laid out, written, scanned, read."""
