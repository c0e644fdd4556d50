"""The forecast by the transport model: fields, sources, and the states that later runs go on from."""
