builtins.fromJSON (builtins.concatStringsSep "" (builtins.genList (x: "[") 100000))
