"""What needs gradients: trained by the makers of YogaLab, and carried along as plain arrays."""
