let # names
  a = 1; # one
  # two
  b = 2;
  # no more
in # the body
# follows
a + b
