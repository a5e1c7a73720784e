builtins.tryEval (builtins.deepSeq [ (throw "a") (assert false; 1) (abort "b") ] 1)
