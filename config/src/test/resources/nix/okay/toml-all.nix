fromTOML ''
  title = "T"
  [owner]
  name = 'raw \n'
  multi = """
  a
  b"""
  int = 1_000
  hex = 0xff
  oct = 0o17
  bin = 0b11
  flt = 6.02e23
  neg = -0.5
  arr = [ [1, 2], ["a"] ]
  inline = { x = 1, y = { z = true } }
  a.b.c = 1
  "quoted key" = 2
  [[products]]
  name = "p1"
  [[products]]
  [products.dims]
  w = 1
''
