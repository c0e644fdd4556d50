"""Weather: readers to one contract, regridding, diagnostics and an idealised winter."""
