let lib = import ../../../../bench/nix/modules.nix; in
(lib.evaluate {
  modules = [
    { _file = "a"; options.x = lib.option { type = lib.types.int; }; }
    { _file = "b"; imports = [ ({ config, ... }: { _file = "c"; y.z = config.x; }) ]; x = 1; }
  ];
}).config
