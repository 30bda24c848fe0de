"""The form: where a thing stands, its formulas, and the workbook that is sent out."""
