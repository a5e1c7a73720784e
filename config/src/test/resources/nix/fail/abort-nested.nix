let a = abort "deep ${toString 1}"; in [ 1 { b = a; } ]
