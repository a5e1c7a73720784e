builtins.unsafeGetAttrPos "x" { x = 1; }
