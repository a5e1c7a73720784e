let a = import ./data/fn.nix; in [ ([ a ] == [ (import ./data/fn.nix) ]) (a 1) ]
