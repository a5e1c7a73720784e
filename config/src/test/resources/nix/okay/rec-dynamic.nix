let n = "d"; in rec { ${n} = 1; e = 2; f = e; }
