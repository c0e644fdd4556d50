"""The learned model of a store in the day: it leads, or is one of several, or the run says why it is not."""
