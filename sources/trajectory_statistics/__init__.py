"""Where does air come from when it is dirty: residence, PSCF, CWT and clusters of backward trajectories."""
