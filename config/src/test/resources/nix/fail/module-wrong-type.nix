let lib = import ../../../../bench/nix/modules.nix; in
(lib.evaluate {
  modules = [
    { options.x = lib.option { type = lib.types.attrsOf (lib.types.submodule { options.y = lib.option { type = lib.types.port; }; }); }; }
    { _file = "b"; x = lib.when true { a.y = lib.force 70000; }; }
    { _file = "c"; x = lib.all [ { a.y = lib.preset 1; } (lib.when false { a.z = 1; }) ]; }
  ];
}).config
