[ ./a ../b/${c}/d.nix ~/e <nixpkgs> <nixpkgs/lib> /f/g ./${h} ]
