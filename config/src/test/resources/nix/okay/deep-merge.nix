let
  recursiveUpdate = a: b: a // builtins.mapAttrs (n: v: if builtins.isAttrs v && builtins.isAttrs (a.${n} or null) then recursiveUpdate a.${n} v else v) b;
in recursiveUpdate { a = { b = 1; c = 2; }; d = 3; } { a = { c = 4; e = 5; }; f = 6; }
