"""Evidence: seal it in one pass, receive it part by part, open it. All stream, in constant memory.

``sealing.seal``, ``receiving.receive`` and ``opening.open_exhibit`` are the use cases; ``vault``, ``ports`` say what
they need from outside; ``crew`` keeps two cores busy.
"""
