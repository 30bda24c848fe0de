"""Independent readers that confirm what the first reader says of a workbook.

They share no code with it, so that they share no bug. :mod:`confirming` has openpyxl read a
workbook, pandas join and fractions count; importing it takes half a second, so import it only where
a grade is to be confirmed. :mod:`calamine_sheets` is quick enough for every workbook.
"""
