"""What a reply to a customer is made of, without a model: pure functions over a thread, passages and a draft."""
