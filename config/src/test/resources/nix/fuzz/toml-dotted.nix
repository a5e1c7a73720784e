builtins.fromTOML (builtins.concatStringsSep "." (builtins.genList (x: "a") 5000) + "=1")
