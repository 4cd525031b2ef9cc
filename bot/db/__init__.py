"""The database: engine, types, statements for many rows, scope, cache and schema."""
