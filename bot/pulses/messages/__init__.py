"""What people read of a pulse."""
