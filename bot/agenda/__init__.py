"""The agenda: one row per future job, run when it falls due."""
