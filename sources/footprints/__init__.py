"""Where and when the pollution of a place was emitted: footprints by the adjoint, and by particles."""
