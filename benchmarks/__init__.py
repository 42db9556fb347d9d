"""What is measured, and against what: each module has a ``run`` that gives its figures."""
