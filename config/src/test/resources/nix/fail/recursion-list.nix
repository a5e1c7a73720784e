let l = builtins.length l; in l
