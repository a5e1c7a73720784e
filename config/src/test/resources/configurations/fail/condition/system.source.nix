{ lib, ... }: { system.hostname = lib.mkIf "yes" "x"; }
