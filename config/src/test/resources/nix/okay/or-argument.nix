let f = x: x + 1; or = 1; in (f or)
