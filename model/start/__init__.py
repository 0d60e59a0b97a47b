"""How a run begins: what each firm has, what each relation is, and a balance in which the mean month of the base year repeats."""
