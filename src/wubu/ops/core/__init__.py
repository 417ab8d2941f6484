"""What is neither mathematics nor a layer's work: types, shapes, slices, and control flow."""
