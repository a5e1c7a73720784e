rec { x = y; y = 1; __overrides = { x = 2; y = x; }; }
