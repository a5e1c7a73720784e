builtins.length { a = builtins.map; b = builtins.add 1; }
