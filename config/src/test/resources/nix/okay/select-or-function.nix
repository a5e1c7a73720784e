let or = x: x + 1; in [ ((x: x) or) ]
