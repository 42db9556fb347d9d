"""Who may sit at this node's desk: persons, their roles and powers, and what of desk life is no journal."""
