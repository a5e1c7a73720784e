assert rec { "a b" = 1; c.d = 2; inherit (c) d; ${toString 1} = 3; } ? e; 1
