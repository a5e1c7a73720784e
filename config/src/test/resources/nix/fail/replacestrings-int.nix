builtins.replaceStrings [ 1 ] [ "a" ] "a"
