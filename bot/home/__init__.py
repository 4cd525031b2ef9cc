"""App Home: a person's desk."""
