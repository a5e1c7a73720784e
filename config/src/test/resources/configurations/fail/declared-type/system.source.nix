{ lib, config, ... }: {
  options.study.noise = lib.mkOption { type = lib.types.enum [ "low" "high" ]; default = "low"; description = "How loud"; };
  options.study.count = lib.mkOption { type = lib.types.ints.between 1 5; };
  config = { study.count = 7; system.hostname = "x-" + config.study.noise; };
}
