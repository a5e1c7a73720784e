{ inherit a b  c; inherit (x) d
e; inherit (import ./y.nix { inherit pkgs; }) f g; inherit; inherit "quoted" or;
  inherit (config.services.something) enable package settings extraConfig openFirewall listenAddress port;
  inherit (pkgs.callPackage ./foo.nix {
    arg = "val";
  }) attr1 attr2;
  inherit
    # the first
    one
    two # the second
    ; }
