"""The staff console: pages, forms, templates."""
