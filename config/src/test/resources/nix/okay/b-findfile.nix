map (p: builtins.findFile [ { prefix = ""; path = "/"; } { prefix = "x"; path = "/etc"; } ] p) [ "etc" "x/passwd" "etc/passwd" ]
