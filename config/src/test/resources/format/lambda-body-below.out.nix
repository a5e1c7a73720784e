[
  ({ pkgs }: pkgs.hello)
  (
    { pkgs }:
    pkgs.hello
  )
  (
    { pkgs, ... }:
    { environment.systemPackages = [ pkgs.hello pkgs.figlet pkgs.cowsay pkgs.lolcat pkgs.sl ]; }
  )
  (
    x:
    let
      y = x;
    in
    y
  )
]
