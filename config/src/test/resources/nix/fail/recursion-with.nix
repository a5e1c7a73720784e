let s = with s; { a = 1; }; in builtins.seq s (let t = with t; u; in t)
