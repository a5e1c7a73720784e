builtins.scopedImport { double = x: x * 3; value = 7; true = "shadowed"; } ./data/scoped.nix
