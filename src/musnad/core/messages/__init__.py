"""The sentences that two authorities may say to each other, and the receipt that one was heard."""
