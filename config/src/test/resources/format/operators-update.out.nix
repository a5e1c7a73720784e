{
  a = x // y;
  b = defaults // {
    c = 1;
  };
  d =
    defaults
    // overrides
    // {
      e = 1;
      f = 2;
    };
  g = {
    h = 1;
  }
  // i;
  j = {
    k = 1;
  }
  // {
    l = 2;
  };
  m = lib.recursiveUpdate a b // optionalAttrs cond {
    n = 1;
  };
}
