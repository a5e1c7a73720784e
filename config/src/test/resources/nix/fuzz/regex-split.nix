builtins.split "(a|b)*|(ab|ba){0,9}" "abababababababababababababababab"
