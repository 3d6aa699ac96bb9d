"""What a recipe of GPPO Studio needs on a cluster: policy losses, rewards, and their settings."""
