builtins.toJSON { z = 1; a = [ 1.5 true null "é\n\"\\" ]; m = { }; f = 1.0; g = 1.0e100; n = -5; t = "\t"; s = { __toString = self: "str"; }; o = { outPath = "out"; x = 1; }; }
