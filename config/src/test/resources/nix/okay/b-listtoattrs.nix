builtins.listToAttrs [ { name = "a"; value = 1; } { name = "b"; value = 2; extra = 3; } { name = "a"; value = throw "not first"; } ]
