let x = "let"; in with { x = "with"; y = "outer"; }; with { y = "inner"; z = x; }; [ x y z ]
