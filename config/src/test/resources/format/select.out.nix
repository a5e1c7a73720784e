{
  a = x.y;
  b = x.y or z;
  c = (f x).y.z or { };
  d = x.y or {
    z = 1;
  };
  e = {
    a = 1;
  }.a;
  f = x.${y}."z";
  g = [ x.y or z f or ];
  h = (import ./x.nix {
    inherit pkgs;
    system = "x86_64-linux";
    overlays = [ ];
    config = { };
  }).package;
  i = 1 .a or ./b .c or 2;
}
