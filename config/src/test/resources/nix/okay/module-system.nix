let
  result = import ../../../../bench/nix/configuration.nix;
  count = tree: if tree ? _mark then 1 else builtins.foldl' (sum: part: sum + count part) 0 (builtins.attrValues tree);
in
{
  options = count result.options;
  inherit (result) config;
}
