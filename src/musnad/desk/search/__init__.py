"""Finding a case by what was said in it."""
