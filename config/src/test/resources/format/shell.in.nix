let pkgs = import (fetchTarball "https://github.com/NixOS/nixpkgs/archive/nixos-24.05.tar.gz") { config = {}; overlays = []; };
in pkgs.mkShellNoCC { packages = with pkgs; [ cowsay lolcat ]; GREETING = "Hello, Nix!"; shellHook = ''
    echo $GREETING | cowsay | lolcat
  ''; }
