"""Programs that are not ours and judge the log: Go's checksum database, OpenSSL, pymerkle, sigstore."""
