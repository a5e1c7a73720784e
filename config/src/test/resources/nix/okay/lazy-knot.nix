let xs = [ 1 ] ++ ys; ys = [ (builtins.head xs) ]; in xs
