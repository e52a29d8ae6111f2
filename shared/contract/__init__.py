"""The words the services say to each other: pydantic models, no I/O."""
