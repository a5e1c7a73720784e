let x = { a = 1; }; y = [ x x ]; in { p = x; q = x; r = y; s = y; }
