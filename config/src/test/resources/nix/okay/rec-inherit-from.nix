rec { inherit (s) a; s = { a = 5; }; b = a; }
