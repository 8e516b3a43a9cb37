"""The models that come with the product, and what rebuilds them."""
