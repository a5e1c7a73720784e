[ (builtins.substring 1 2 "abcd") (builtins.substring 0 100 "ab") (builtins.substring 5 1 "ab") (builtins.substring 0 (-1) "abc") (builtins.substring 1 0 "abc") (builtins.substring 2 (-1) "abc") ]
