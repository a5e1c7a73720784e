builtins.foldl' 1 2 [ ]
