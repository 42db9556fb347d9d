"""Who may sit at this desk: to add, to enrol, to lock, to recover."""
