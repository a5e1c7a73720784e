{ imports = [ "./family.nix" 3 ]; }
