[ (builtins.genList (x: x * x) 5) (builtins.length (builtins.genList (x: throw "x") 3)) ]
