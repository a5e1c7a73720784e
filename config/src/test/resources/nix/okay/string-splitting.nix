let
  lines = s: builtins.filter builtins.isString (builtins.split "\n" s);
  words = s: builtins.filter (x: builtins.isString x && x != "") (builtins.split "[[:space:]]+" s);
  trim = s: builtins.elemAt (builtins.match "[[:space:]]*(.*[^[:space:]])[[:space:]]*" s) 0;
in [ (lines "a\nb\n") (words "  the quick\tbrown\n fox ") (trim "  x y  ") ]
