{ a = "untouched  ${ x }  $${y} \${z}"; b = "two
  lines"; c = ''one line ${ x }''; d = ''''; "e ${f}" = 1;
  long.path.to.an.option.that.takes.some.space = "a string which would fit on a line of its own but not here";
}
