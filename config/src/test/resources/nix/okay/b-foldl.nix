[ (builtins.foldl' (a: b: a - b) 100 [ 1 2 3 ]) (builtins.foldl' (a: b: b) (throw "lazy") [ 1 ]) (builtins.foldl' (a: b: a + b) "x" [ ]) ]
