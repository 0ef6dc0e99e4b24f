"""Your own tables: read, checked, prepared, and made into one graph."""
