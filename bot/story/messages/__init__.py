"""What people read of an account's story."""
