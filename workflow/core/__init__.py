"""Pure rules: values in, values out; no database, clock, randomness or HTTP."""
