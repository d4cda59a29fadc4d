"""Random overlapping faults on a pair that a client writes to, and what must hold after each round."""
