"""The routes of the read API: parameters with bounds, and which view answers them."""
