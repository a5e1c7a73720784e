assert (let a = 1; in with { b = a; }; if b > 2 then true else a ? b); 1
