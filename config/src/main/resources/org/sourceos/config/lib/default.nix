# Functions for configurations: `lib.take`, and by their kind: `lib.lists.take`. Nothing in here uses anything but builtins.
let
  attrsets = import ./attrsets.nix;
  checks = import ./checks.nix;
  files = import ./files.nix;
  functions = import ./functions.nix;
  lists = import ./lists.nix;
  options = import ./options.nix;
  strings = import ./strings.nix;
  types = import ./types.nix;
in
attrsets
// checks
// files
// functions
// lists
// options
// strings
// {
  inherit
    attrsets
    checks
    files
    functions
    lists
    options
    strings
    types
    ;
}
