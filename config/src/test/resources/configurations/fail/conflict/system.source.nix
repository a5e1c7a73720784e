{ imports = [ ./three.nix ]; system.hostname = "a"; users.x.groups = [ "g1" ]; vms.a = htop; }
