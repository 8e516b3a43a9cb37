"""What makes weights.safetensors: the questions and passages it learns from, and the training; README.md says how."""
