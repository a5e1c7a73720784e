{ a, b ? null }: assert a != null; assert b == null -> a == 1;
assert lib.assertMsg (a < 10) ''
  a is too large
''; { x = assert a > 0; a; }
