"""Show the pages of the console that belong to no single app."""
