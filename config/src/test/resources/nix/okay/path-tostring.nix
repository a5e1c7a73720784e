[ (toString /a/b) (builtins.toString /.) (baseNameOf /a/b) (dirOf /a/b) ]
