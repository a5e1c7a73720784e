[ 1 { a = 1; b = "x"; c = [ 1 2 ]; d = null; e = x: x; f = 1.5; } ] 1
