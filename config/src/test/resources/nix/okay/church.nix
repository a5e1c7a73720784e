let
  zero = f: x: x; succ = n: f: x: f (n f x);
  add = m: n: f: x: m f (n f x); mul = m: n: f: m (n f);
  toInt = n: n (x: x + 1) 0;
  three = succ (succ (succ zero));
in [ (toInt three) (toInt (add three three)) (toInt (mul three three)) ]
