let
  s = { a = 1;
    b.c = 2; inherit (x) d; ${"e"} = 5; };
  x = { d = 1; };
  p = n: v: let q = builtins.unsafeGetAttrPos n v; in if q == null then null else [ q.line q.column ];
in [ (p "a" s) (p "b" s) (p "c" s.b) (p "d" s) (p "e" s) (p "z" s) (p "a" (s // { a = 2; })) (p "a" (removeAttrs s [ "b" ])) (p "a" (builtins.mapAttrs (n: v: v) s)) (p "a" (builtins.intersectAttrs { a = 1; } s)) (p "x" (builtins.functionArgs ({ x }: x))) (p "y" (builtins.listToAttrs [ { name = "y"; value = 1; } ])) (p "d" (rec { inherit (x) d; })) ]
