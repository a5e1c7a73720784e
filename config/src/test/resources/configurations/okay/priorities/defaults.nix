{ lib, ... }:
{
  system.timezone = lib.mkDefault "UTC";
  system.locale = "en_GB.UTF-8";
  users.dad.groups = [ "second" ];
  users.mom.groups = [ "gone" ];
}
