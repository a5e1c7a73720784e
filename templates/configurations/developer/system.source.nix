# What this computer is. `sourceos check` says whether it can be used, `sourceos options` what else can be set.
{
  # Files that say more; each may import others.
  imports = [ ./users.source.nix ];

  # Its name in the network.
  system.hostname = "@hostname@";

  # Its time zone and language; remove the # to set them.
  # system.timezone = "Europe/Berlin";
  # system.locale = "en_GB.UTF-8";
}
