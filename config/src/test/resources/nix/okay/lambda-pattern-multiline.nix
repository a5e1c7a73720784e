let
  f =
    { first
    , second ? first + 1
    , third ? { x = second; }
    , ...
    }@all:
    { inherit first second third; keys = builtins.attrNames all; };
in f { first = 1; other = 2; }
