{ config, pkgs, ... }:
{
  # Imported twice, counted once.
  imports = [ ../users.nix ];
  vms.${config.system.hostname} = pkgs.htop;
}
