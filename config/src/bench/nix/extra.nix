# Imported by the machine's module: what a shared file would say.
{ config, lib, ... }:
{
  environment.zone = lib.preset "Europe/Berlin";
  environment.banner = lib.early "welcome to ${config.networking.fqdn}";
  services.web0.user = lib.force "www";
  services.web0.limits = { files = 99; memory = lib.preset 512; };
}
