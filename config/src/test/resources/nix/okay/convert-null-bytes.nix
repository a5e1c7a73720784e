builtins.stringLength "a"
