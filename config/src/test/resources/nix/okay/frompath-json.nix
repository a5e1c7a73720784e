builtins.fromJSON (builtins.readFile ./data/x.json)
