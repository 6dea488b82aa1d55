"""What this machine can send, measured on loopback before a plan is accepted."""
