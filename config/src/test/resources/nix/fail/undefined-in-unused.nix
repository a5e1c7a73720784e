let f = x: nope; in 1
