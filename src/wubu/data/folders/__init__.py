"""Data sets from folders of files, and from series in time."""
