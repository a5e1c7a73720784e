builtins.foldl' (s: n: s // { ${toString n} = s; }) { } (builtins.genList (x: x) 10000)
