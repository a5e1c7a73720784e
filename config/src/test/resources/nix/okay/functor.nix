let f = { __functor = self: x: self.n + x; n = 10; }; in [ (f 1) (map f [ 1 2 ]) ]
