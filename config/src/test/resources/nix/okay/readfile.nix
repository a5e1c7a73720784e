[ (builtins.readFile ./data/text.txt) (builtins.stringLength (builtins.readFile ./data/text.txt)) (builtins.hashFile "sha256" ./data/text.txt) ]
