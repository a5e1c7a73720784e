[ (builtins.match "(a|ab)(c|bcd)(d*)" "abcd") (builtins.match "(foo|foobar)(bar)?" "foobar") (builtins.match "(a*)(a*)" "aa") (builtins.match "((a)|(b))*" "ab") ]
