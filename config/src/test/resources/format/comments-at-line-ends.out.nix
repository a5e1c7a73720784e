{ # the set
  a = 1; # one
  b = [ # the list
    1 # first
    2 # second
  ]; # done
  c = {
    d = 1; # deep
  }; # aligned
  e =
    f # the function
      x # its argument
      { y = 1; };
  g /* name */ = /* value */ 1 /* end */;
}
# the end
