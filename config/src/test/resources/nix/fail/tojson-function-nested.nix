builtins.toJSON { a = [ builtins.map ]; }
