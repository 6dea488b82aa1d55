"""One module or folder for each format: its name is the format's, and its `render` makes the report."""
