builtins.elemAt [ 1 (throw "x") ] 0
