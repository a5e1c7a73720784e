builtins.foldl' (x: y: x + y) 0 (builtins.genList (x: x) 1000000)
