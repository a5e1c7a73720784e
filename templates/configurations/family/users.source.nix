# Who uses this computer, and with what. The names after `users.` are login names: write yours.
{
  users.dad = {
    # The person's name.
    description = "Dad";

    # The input domain that this user's machines are typed into from.
    input.domain = "dad";

    # Programs that are built for this user and started by their names.
    packages = [ htop jq nano ];
  };

  users.kid = {
    description = "Kid";
    input.domain = "kids";
    packages = [ figlet hello ];

    # Machines of this user alone; a program without network and with little memory.
    vms.learning = {
      package = lua;
      memory = "128M";
      network = "none";
    };

    # A name without a recipe yet: it can be checked, and built once packages/firefox.source.toml is written.
    # vms.browser = firefox.override { profile = "kids"; content_filter = true; };
  };
}
