"""What counts as clean? Air-quality index, limits, warning and dust grades: tables by date of effect."""
