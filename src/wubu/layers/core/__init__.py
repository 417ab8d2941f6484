"""The layers that nearly every model has."""
