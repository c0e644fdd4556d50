"""What will the air be? Baselines, statistical model, calibration, verification."""
