"""The worker: deliver what is due, keep the log's heads signed and cosigned, keep the directory fresh."""
