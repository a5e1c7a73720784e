let
  a = 1;
  b = 2;

  # the third
  c = 3;
in
a + b + c
