({ a ? builtins.attrNames s, ... }@s: a) { z = 1; }
