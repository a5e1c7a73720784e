let
  range = a: b: if a > b then [ ] else [ a ] ++ range (a + 1) b;
  sieve = l: if l == [ ] then [ ] else let p = builtins.head l; in [ p ] ++ sieve (builtins.filter (x: x - (x / p) * p != 0) (builtins.tail l));
in sieve (range 2 60)
