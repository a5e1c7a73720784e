"two/a"
