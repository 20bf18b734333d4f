"""Finding windows by words and by kinematics."""
