[ (builtins.deepSeq { a = [ 1 ]; } 2) (builtins.tryEval (builtins.deepSeq { a = throw "x"; } 1)) (let s = { inherit s; }; in builtins.deepSeq s 3) ]
