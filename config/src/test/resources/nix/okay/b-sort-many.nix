builtins.sort builtins.lessThan (builtins.genList (x: builtins.bitAnd (x * 7919) 255) 60)
