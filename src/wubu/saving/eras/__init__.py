"""What Keras wrote in its three eras, as what it writes today."""
