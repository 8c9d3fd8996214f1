"""Photos and labels in and out, in the formats other programs use."""
