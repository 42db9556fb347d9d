"""Tools of the house: catalogues, generated documents, locks. Not installed with Musnad."""
