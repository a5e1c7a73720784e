builtins.sort (a: b: true) (builtins.genList (x: 100 - x) 100)
