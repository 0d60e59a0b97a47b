"""Version of the model; results carry it."""

__version__ = "0.1.0"
