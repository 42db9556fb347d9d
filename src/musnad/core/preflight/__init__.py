"""Pre-flight: may one State ask another for this, and is this draft ready to leave? Answers with their reasons.

Pure functions of the treaty, the register, both law profiles, the directory and a day. Every reason says what was
asked, what was found, in which fact, under which rule and how sure each is; what no fact tells is "not known".
Only what is certain blocks: an obstacle that rests on an unverified rule or fact is a condition, with its status.
"""
