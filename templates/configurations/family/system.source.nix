# What this computer is. `sourceos check` says whether it can be used, `sourceos options` what else can be set.
{
  # Files that say more; each may import others.
  imports = [ ./users.source.nix ];

  # Its name in the network.
  system.hostname = "@hostname@";

  # Who types where: keyboards, mice and monitors that belong together. `lsusb` prints the numbers of yours.
  system.input.domains = {
    dad = {
      # KIND:VENDOR:PRODUCT
      devices = [ "keyboard:046D:C31C" "mouse:046D:C077" ];

      # By number, from 1.
      monitors = [ 1 ];
    };

    kids = {
      devices = [ "keyboard:04F2:0833" "mouse:04F2:0939" ];
      monitors = [ 2 ];
    };
  };

  # A machine that both reach.
  shared.vms.notes = {
    # The program it is for; vlc would be one for films, once it has a recipe.
    package = nano;

    # The input domains that reach it.
    input.domains = [ "dad" "kids" ];

    # Nothing in it can reach the network.
    network = "none";
  };
}
