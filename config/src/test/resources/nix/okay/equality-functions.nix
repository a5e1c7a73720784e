let f = x: x; g = { h = f; }; in [ (f == f) ([ f ] == [ f ]) (g == g) (g.h == g.h) ([ g.h ] == [ g.h ]) ({ a = f; } == { a = f; }) ([ (x: x) ] == [ (x: x) ]) ]
