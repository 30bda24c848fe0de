"""The form: its layout, its formulas, and the workbook that is sent out."""
