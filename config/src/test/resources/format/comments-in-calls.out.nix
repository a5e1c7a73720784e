f
  # the first
  x
  { a = 1; }
  # the last
  y
