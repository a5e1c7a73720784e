''a
  b
    c''
