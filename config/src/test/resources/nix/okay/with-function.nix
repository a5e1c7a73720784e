(x: with x; a) { a = 3; }
