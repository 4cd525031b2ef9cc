"""The Web API under /api/: one file a noun, one function a method."""
