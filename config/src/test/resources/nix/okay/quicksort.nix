let
  sort = l: if l == [ ] then [ ] else let p = builtins.head l; t = builtins.tail l; in
    sort (builtins.filter (x: x < p) t) ++ [ p ] ++ sort (builtins.filter (x: x >= p) t);
in sort [ 5 3 8 1 9 2 7 ]
