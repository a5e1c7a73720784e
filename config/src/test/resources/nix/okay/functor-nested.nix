{ __functor = self: { __functor = s2: x: x * 2; }; } 21
