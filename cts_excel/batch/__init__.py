"""Many files: find, admit, isolate, grade, tell duplicates, record the run.

It orders the stages and knows no cell. :class:`~cts_excel.batch.run.Run` is the way in; for a
single file, :func:`~cts_excel.batch.engines.judge.grade_one`.
"""
