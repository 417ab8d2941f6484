"""What networks are made of: activations, losses, normalisations, encodings."""
