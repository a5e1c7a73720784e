{
  # a set its author opened stays open, even with one entry
  a = {
    b = 1;
  };
  c = {
    d = 1;
    e = 2;
    f = { };
  };
}
