let f = x: g x + 1; g = x: f x + 1; in f 0
