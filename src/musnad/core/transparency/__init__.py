"""The blind log: a Merkle tree, its proofs, signed checkpoints and their witnesses, in the forms of C2SP.

Pure: bytes and values in, values or errors out. What is stored, when it is signed and where it is served is the
shell's. In reading order: ``entry``, ``tree``, ``note``, ``keys``, ``checkpoint``, ``cosignature``, ``tiles``,
``witness``.
"""
