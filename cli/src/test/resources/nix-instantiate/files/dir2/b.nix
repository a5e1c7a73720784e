"two/b"
