"""What every feature shares, pure: time, money, names, lengths and policy."""
