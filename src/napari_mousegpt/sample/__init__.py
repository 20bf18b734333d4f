"""Sample data made in code: a rendered mouse whose behaviour is known exactly."""
