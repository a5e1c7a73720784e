let k = "x"; in { a = { ${k} = 1; }; a.b = 2; }
