assert ((x: { inherit x; y = "a${x}"; }) "b").y == "ab" -> false; 1
