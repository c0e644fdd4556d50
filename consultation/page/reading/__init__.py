"""Reading runs of a store piece by piece, with bounded memory, and saying which runs are not good."""
