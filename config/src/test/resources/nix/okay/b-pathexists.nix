[ (builtins.pathExists ./no-such-file) (builtins.pathExists /.) (builtins.pathExists "/etc/passwd") (builtins.pathExists "/etc/passwd/") (builtins.pathExists "/etc/") (builtins.pathExists "/etc/.") ]
