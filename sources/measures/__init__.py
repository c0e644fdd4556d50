"""What a cut of emissions changes, and the least cut that keeps an index, from the tags of a run."""
