"""Plans: what was agreed with a customer, each version kept."""
