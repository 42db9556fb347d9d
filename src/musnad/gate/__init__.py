"""The gate: what other nodes may ask of this one over HTTPS. It says yes, or an error with a code, and nothing else."""
