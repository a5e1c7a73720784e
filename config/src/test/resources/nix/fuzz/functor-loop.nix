let s = { __functor = self: self; }; in s 1 2 3
