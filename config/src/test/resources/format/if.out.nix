{
  a = if x then y else z;
  b =
    if x then
      y
    else
      z;
  c =
    if x then
      { a = 1; b = 2; }
    else if y then
      [ 1 2 ]
    else
      "a string that makes this expression far too long for its line";
}
