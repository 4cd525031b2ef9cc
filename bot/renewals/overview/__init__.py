"""What an overview tells of renewals: those that need somebody, those ahead, those at risk, what was won and lost."""
