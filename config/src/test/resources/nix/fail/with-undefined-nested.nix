with { b = 1; }; with { c = 2; }; a
