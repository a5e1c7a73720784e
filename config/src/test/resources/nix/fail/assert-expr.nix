assert builtins.elem 1 [ 2 ]; 1
