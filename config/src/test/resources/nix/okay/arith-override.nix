let __sub = a: b: "sub"; __lessThan = a: b: true; __mul = a: b: "mul"; __div = a: b: "div"; in [ (1 - 2) (-1) (2 * 3) (1 / 0) (2 < 1) (2 > 1) (1 <= 1) ]
