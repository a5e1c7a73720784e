{
  a = [ ];
  b = [ ];
  c = [ ];
  d = [ # none
  ];
  e = [
    # none
  ];
}
