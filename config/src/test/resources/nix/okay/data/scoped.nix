[ (double 5) value true (builtins ? map) ]
