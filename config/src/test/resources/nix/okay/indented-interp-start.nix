let x = "  v\n  w"; in ''
    ${x}
      b
    c ${x} d
''
