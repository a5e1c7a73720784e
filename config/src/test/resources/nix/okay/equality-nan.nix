let nan = builtins.fromTOML "n = nan"; in [ (nan.n == nan.n) (nan == nan) ([ nan.n ] == [ nan.n ]) ]
