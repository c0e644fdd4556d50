"""What does every word mean? Units, pollutants, places, times, contracts, configuration, runs."""
