"""The sheets of the management workbook, one module each."""
