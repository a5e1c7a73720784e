fromTOML "a = 1\nb = 'x'\n[c]\nd = [1, 2]\n[c.e]\nf = true\n[[g]]\nh = 1.5\n[[g]]\nh = 2e3"
