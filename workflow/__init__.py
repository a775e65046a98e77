"""The workflow engine: pure rules, definitions, storage and use cases."""
