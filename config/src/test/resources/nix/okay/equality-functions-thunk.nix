let f = (y: y) (x: x); l = [ f ]; m = [ f ]; in [ (l == m) (builtins.seq f (l == m)) ([ f ] == l) (builtins.elem f l) ]
