"""Build the pages of the console: lists, forms, transitions, bulk actions and exports."""
