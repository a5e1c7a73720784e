[ (builtins.match "a(b*)c" "abbc") (builtins.match "a" "ab") (builtins.match "(a)|(b)" "b") (builtins.match "" "") (builtins.match "[[:alpha:]]+([0-9]*)" "abc123") (builtins.match ".*" "a\nb") ]
