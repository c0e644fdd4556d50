"""What turns weather into the coefficients of mixing, deposition, settling, scavenging and chemistry."""
