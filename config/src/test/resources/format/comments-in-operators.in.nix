{ a = x # the first
  ++ y # the second
  # the third
  ++ z ++ # the fourth
  w; b = cond1 && # first
    cond2; }
