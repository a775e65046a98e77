"""Forms made from definitions: names of inputs, what was typed, documents, and their faults."""
