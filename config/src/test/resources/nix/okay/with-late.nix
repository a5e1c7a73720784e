let
  scope = { a = 1; f = x: x + a'; };
  a' = 10;
in with scope; f a
