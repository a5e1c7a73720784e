# What this computer is. `sourceos check` says whether it can be used, `sourceos options` what else can be set.
{
  # Its name in the network.
  system.hostname = "@hostname@";

  # Its time zone and language; remove the # to set them.
  # system.timezone = "Europe/Berlin";
  # system.locale = "en_GB.UTF-8";

  # Programs that are built beforehand, under the names they are started by.
  system.applications = {
    hello = hello;

    # More that can be built: busybox, figlet, htop, jq, lua, nano, sqlite3.
    # jq = jq;
  };
}
