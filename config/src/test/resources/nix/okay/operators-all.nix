{
  precedence = 1 + 2 * 3 - 4 / 2 == 5 && !(2 < 1) || false -> true;
  update = { a = 1; } // { b = 2; } // { a = 3; };
  concat = [ 1 ] ++ [ 2 ] ++ [ 3 ];
  not = !true == false;
  has = { a.b = 1; } ? a.b && !({ } ? a);
  neg = [ (-1 - -2) (- 3 * - 4) ];
  call = (x: y: x - y) 5 3 - 1;
  select = { a = x: x * 2; }.a 4 + 1;
}
