let f = n: if n == 0 then 1 else let x = f (n - 1); in [ x x x x ]; in builtins.toXML (f 16)
