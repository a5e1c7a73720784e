{ f = let x = 1; in let y = 2; in { inherit x y; }; g = (let z = 1; in z); h = [ (let z = 1; in z) ]; i = let in 1; }
