builtins.elemAt (builtins.foldl' (l: _: map (x: x + 1) l) [ 0 ] (builtins.genList (x: x) 100000)) 0
