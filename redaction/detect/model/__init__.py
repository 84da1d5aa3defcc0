"""The sentence model: what no rule says and a reader still knows. It raises review, nothing else."""
