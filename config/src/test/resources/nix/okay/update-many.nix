builtins.foldl' (s: n: s // { "k${toString n}" = n; }) { } (builtins.genList (x: x) 12)
