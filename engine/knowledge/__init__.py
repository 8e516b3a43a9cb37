"""What the company knows: documents are read, cut into passages, embedded and found again."""
