map (c: builtins.match "[[:${c}:]]" "f" != null) [ "alnum" "alpha" "blank" "cntrl" "digit" "graph" "lower" "print" "punct" "space" "upper" "xdigit" ]
