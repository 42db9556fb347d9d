"""The shapes of requests and answers, version 1: what programs may rely on, whatever the node is inside."""
