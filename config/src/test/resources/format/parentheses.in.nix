[ (a) ((b)) ({ c = 1; }) (
  d
) (if a then b else c) (if a
then b else c) (x: x) (a + b).c (with x; y) (
  # why
  e
) ( # why
  f) ((f x) (g y)) ]
