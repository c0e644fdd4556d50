"""What an inventory looks like: maps by sector, differences, plumes under an inversion."""
