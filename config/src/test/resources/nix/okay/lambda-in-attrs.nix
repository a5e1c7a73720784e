{ f = x: x; g = { a, b }: a; }
