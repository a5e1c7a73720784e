{ imports = ./family.nix; }
