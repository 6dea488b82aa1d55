"""What a browser makes of an address and of bytes: pure functions, without any I/O."""
