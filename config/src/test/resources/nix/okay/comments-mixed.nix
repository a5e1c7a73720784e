# first
let # second
  /* third */ a = 1; # fourth
in /* fifth
  */ a
