"""Source data of Japanese regional planning: recognised, read, checked, and laid down as tidy tables."""
