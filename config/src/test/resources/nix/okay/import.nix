let lib = import ./data/lib.nix; in [ (lib.double 4) (import ./data).name (import ./data/lib.nix == null) (import ./data/args.nix { a = 1; }) ]
