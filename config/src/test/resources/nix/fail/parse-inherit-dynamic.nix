let a = "x"; in { inherit ${a}; }
