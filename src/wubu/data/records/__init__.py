"""Records in files: TFRecord files, and the examples within them."""
