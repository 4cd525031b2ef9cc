"""What a person does in Slack, as JSON over HTTP: the page, the tests and the benchmarks all use it."""
