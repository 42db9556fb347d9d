"""The pure part: values in, values or errors out. No clock, file, socket, setting or log.

Every function here can be replayed by a court expert, years later, from a file, with the same answer.
"""
