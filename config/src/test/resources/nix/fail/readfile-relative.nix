builtins.readFile "foo"
