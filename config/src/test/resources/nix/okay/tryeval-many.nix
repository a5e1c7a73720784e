map (v: (builtins.tryEval v).success) [
  1 (throw "a") (assert false; 1) (import ./data/throws.nix) (builtins.head [ (throw "b") ]) <nope> [ (throw "c") ]
]
