rec { s = { a = 1; }; b = with s; a; }
