let x = "X"; in ''
  a ''${x} b
  c ''\n d ''\t e ''\\ f
  g ''' h
  i $x $$ j '$' k ' l
  ${x}
''
