[ (builtins.hasAttr "a" { a = 1; }) (builtins.getAttr "a" { a = 1; }) (builtins.attrNames { }) (removeAttrs { a = 1; b = 2; c = 3; } [ "a" "z" "c" ]) ]
