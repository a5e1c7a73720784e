let t = throw "x"; in [ (builtins.tryEval t).success (builtins.tryEval t).success ]
