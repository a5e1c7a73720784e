{ lib, config, ... }:
{
  system.hostname = lib.mkIf config.system.input.domains.dad.exclusive "a b";
  vms.gaming.network = "user";
  system.locale = lib.mkFroce "C";
  users.dad.packages = [ firefox "vim" ];
}
