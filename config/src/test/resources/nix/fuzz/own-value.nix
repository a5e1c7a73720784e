rec { a = { inherit b; }; b = [ a ]; c = builtins.deepSeq a b; d = builtins.seq d 1; }
