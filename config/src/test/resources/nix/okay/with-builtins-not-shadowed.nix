with { map = 1; true = 2; }; [ (builtins.isFunction map) true ]
