{
  a = mkIf cfg.enable { x = 1; y = 2; z = { deep = "a value that is too long to stay on the line of its set"; }; };
  b = lib.mkOption { type = lib.types.str;
    default = "x"; };
  c = map (x: x + 1) [
    1 2 3 ];
  d = mapAttrs (name: value: { inherit name; inherit (value) a b c; description = "the value called ${name}"; }) things;
  e = runCommand "name" { } ''
    mkdir $out
  '';
  f = lib.optionals stdenv.isLinux [ alsa-lib libpulseaudio wayland libxkbcommon xorg.libX11 xorg.libXcursor ];
}
