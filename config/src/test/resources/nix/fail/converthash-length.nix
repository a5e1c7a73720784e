builtins.convertHash { hash = "zz"; toHashFormat = "sri"; hashAlgo = "sha256"; }
