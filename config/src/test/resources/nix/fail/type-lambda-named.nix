let foo = x: x; in builtins.length foo
