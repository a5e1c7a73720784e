[ (builtins.elem 1 [ 1 2 ]) (builtins.elem { a = 1; } [ { a = 1; } ]) (builtins.elem 3 [ ]) (builtins.elemAt [ 1 2 3 ] 1) ]
