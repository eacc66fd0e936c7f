"""What ships with the product: the schemes, and the activities of the demo county."""
