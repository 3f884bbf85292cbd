"""The markup model: cells of marked runs, for HTML and what is saved as such."""
