let x = 1; f = y: with { z = y; }; x + z; in f 2
