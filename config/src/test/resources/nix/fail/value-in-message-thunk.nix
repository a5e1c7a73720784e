builtins.head { a = 1 + 1; b = { }; c = [ ]; d = [ 1 ]; }
