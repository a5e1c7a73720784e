{
  a = 1 # one
  ;
  b = 2
  # two
  ;
  c # three
  = 3;
  d = x # the argument
  : x;
  inherit e # four
  ;
}
