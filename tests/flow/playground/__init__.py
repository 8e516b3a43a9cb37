"""The workspace over real sockets."""
