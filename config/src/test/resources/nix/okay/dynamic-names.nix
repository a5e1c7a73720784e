let
  names = [ "a" "b" ];
  set = builtins.listToAttrs (map (name: { inherit name; value = "${name}!"; }) names);
in { inherit (set) a; "x-${set.b}" = 1; nested.${set.a}.deep = 2; }
