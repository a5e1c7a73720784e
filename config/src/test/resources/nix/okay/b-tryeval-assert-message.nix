(builtins.tryEval (assert 1 == 2; 1)).success
