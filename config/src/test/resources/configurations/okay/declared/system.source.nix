# A configuration with options of its own.
{ lib, config, ... }:
let
  inherit (lib) mkOption types;
in
{
  options.study = {
    noise = mkOption { type = types.enum [ "low" "high" ]; default = "low"; };
    lamps = mkOption {
      type = types.attrsOf (types.submodule {
        options.watts = mkOption { type = types.ints.between 1 100; default = 7; };
        options.room = mkOption { type = types.nullOr types.str; default = null; };
      });
      default = { };
    };
    either = mkOption { type = types.either types.int (types.listOf types.str); };
    anything = mkOption { type = types.anything; };
    unset = mkOption { type = types.bool; };
  };
  config = {
    study.lamps.desk.watts = 9;
    study.lamps.floor = { };
    study.either = [ "x" ];
    study.anything = { a = [ 1 2.5 null true ./file ]; };
    system.hostname = "noise-" + config.study.noise;
  };
}
