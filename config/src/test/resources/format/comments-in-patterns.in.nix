{ # the world
  pkgs,
  # the library
  lib, config, # what is set
  # and the rest
  ...
}: # a module
{ }
