[ (x: x) builtins.map (builtins.map 1) ({ a }: a) ]
