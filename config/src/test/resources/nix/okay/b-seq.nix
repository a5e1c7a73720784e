[ (builtins.seq 1 2) (builtins.seq [ (throw "x") ] 3) (builtins.tryEval (builtins.seq (throw "x") 1)) ]
