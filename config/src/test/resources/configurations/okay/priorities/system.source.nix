{ lib, ... }:
{
  imports = [ ./defaults.nix ];
  system = lib.mkMerge [
    { timezone = "Europe/Berlin"; }
    (lib.mkIf false { locale = throw "never looked at"; })
    (lib.mkIf true { locale = lib.mkForce "C"; })
  ];
  users.dad.groups = lib.mkBefore [ "first" ];
  users.mom.groups = lib.mkForce [ "only" ];
}
