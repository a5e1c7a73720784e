let
  f = x: x;
  pair = [ 1 2 ];
in
{
  lambda = f;
  named = { a, b ? 1, ... }@all: a;
  primop = builtins.map;
  applied = builtins.map f;
  several = [ f builtins.add (builtins.add 1) ];
  repeated = [ pair pair { inherit pair; } ];
  empty = [ { } [ ] "" ];
  floats = [ 1.0 0.1 1.5e300 1.0e-7 123456789.0 (1.0 / 3) (0.0 * (0 - 1)) ];
  ints = [ 0 (-1) 9223372036854775807 ];
  strings = [ "a\"b\\c\n\t\${d}$e" "é" ''
    two
      lines
  '' ];
  paths = [ ./x ./folder/../y /z ~/w ./a/../b ];
  booleans = [ true false null ];
  "a name" = 1;
  "if" = 2;
  a' = 3;
  nested = { a.b.c = [ [ [ ] ] ]; };
  lazy = 1 + 1;
}
