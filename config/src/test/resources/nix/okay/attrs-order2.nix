builtins.attrNames { b = 1; a = 2; B = 3; "10" = 4; "9" = 5; "é" = 6; z = 7; }
