{
  a = { };
  b = { };
  c = { };
  d = { # nothing yet
  };
  e = {
    # nothing yet
  };
  f = rec { };
}
