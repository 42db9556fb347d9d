"""The wire over HTTPS: what one node asks of another, under the certificate that the directory pins."""
