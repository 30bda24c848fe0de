"""Where chunks of files are graded: worker processes here, or a Dask cluster."""
