"""The published benchmark of the hourly forecast: rivals, network, scores and their differences."""
