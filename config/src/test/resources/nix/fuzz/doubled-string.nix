builtins.foldl' (s: _: s + s) "ab" (builtins.genList (x: x) 64)
