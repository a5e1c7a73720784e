{ lib, pkgs, ... }: { system.hostname = "b"; users.x.groups = [ "g2" ]; vms.a.memory = "1G"; }
