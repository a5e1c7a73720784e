let s = { p = 1; q = 2; }; in { a = { inherit (s) p; }; a = { inherit (s) q; }; }
