"""What each view of the page shows, made from the products of a run."""
