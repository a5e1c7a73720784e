builtins.hashString "foo" "a"
