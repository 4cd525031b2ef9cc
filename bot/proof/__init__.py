"""The proof sheet: how customers are kept, in figures and as a year with us, with no customer named."""
