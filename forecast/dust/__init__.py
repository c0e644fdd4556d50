"""The dust forecast: from weather to PM10, optical depth and visibility, corrected by measurements."""
