"""What is computed beside a call, what needs a look, and how good calls were."""
