{ lib, ... }:
{
  options.a = lib.mkOption { type = lib.types.anything; };
  config.a = { f = x: x; g = [ lib.id ]; };
  config.system.hostname = lib.toUpper;
}
