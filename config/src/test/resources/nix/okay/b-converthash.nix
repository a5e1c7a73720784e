map (f: builtins.convertHash { hash = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; toHashFormat = f; }) [ "base16" "nix32" "base64" "sri" ]
