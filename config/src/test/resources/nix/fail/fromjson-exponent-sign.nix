builtins.fromJSON "1e+x"
