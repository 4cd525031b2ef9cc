"""Sample accounts for the demo: made-up customers, each in a different situation, so that everything can be seen."""
