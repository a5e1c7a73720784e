# Conditions may depend on other options, even inside the set they stand in.
{ lib, config, ... }:
{
  system.hostname = "gamer";
  vms = lib.mkIf (config.system.hostname == "gamer") { gaming.cpus = 4; };
  system.timezone = lib.mkIf (config.vms ? gaming) "UTC";
  system.locale = lib.mkIf (config.vms.gaming.cpus > 8) "C";
}
