[ (builtins.match "a{2}" "aa") (builtins.match "a{2,}" "aaa") (builtins.match "a{1,2}" "aaa") (builtins.match "(ab){2}" "abab") (builtins.match "a{0}" "") ]
