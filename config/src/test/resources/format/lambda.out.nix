{
  a = x: x;
  b = x: y: z: x + y + z;
  c = x: { y = x; z = 1; w = "long enough to need more than the one line that it has here"; };
  d = x: [
    1
    2
  ];
  e = x: ''
    text
  '';
  f =
    x:
    if x then
      1
    else if y then
      2
    else
      3;
  g = x: x + 1;
  h = _: null;
}
