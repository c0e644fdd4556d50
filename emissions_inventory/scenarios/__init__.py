"""What if: cuts, the check of a response, comparisons of inventories, and what an inventory holds."""
