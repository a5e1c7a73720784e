[ (builtins.split "^a" "aab") (builtins.split "a$" "baa") (builtins.split "x*" "abxxc") ]
