"""Pure functions from domain values to Block Kit: cards, forms, and the Home tab."""
