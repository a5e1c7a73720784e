[ (builtins.readDir ./data/dir) (builtins.readFileType ./data/dir) (builtins.readFileType ./data/text.txt) (builtins.attrNames (builtins.readDir ./data)) ]
