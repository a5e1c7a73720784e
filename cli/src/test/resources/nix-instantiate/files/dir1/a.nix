"one/a"
