"""What people read of a renewal."""
