"""The sentence model multilingual-e5-small, out of the package that ships it; what reads with it builds on this."""
