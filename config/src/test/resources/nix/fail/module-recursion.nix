let lib = import ../../../../bench/nix/modules.nix; in
(lib.evaluate {
  modules = [
    { options.x = lib.option { }; options.y = lib.option { }; }
    ({ config, ... }: { x = lib.when (config.y == 1) 2; y = if config.x == 2 then 1 else 2; })
  ];
}).config
