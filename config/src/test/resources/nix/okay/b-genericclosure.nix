builtins.genericClosure { startSet = [ { key = 1; v = "a"; } ]; operator = x: if x.key > 4 then [ ] else [ { key = x.key + 1; } { key = x.key * 2; } ]; }
