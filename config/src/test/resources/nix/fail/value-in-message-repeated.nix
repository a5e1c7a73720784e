let x = { a = 1; }; in builtins.length { p = x; q = x; }
