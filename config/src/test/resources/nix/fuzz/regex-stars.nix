builtins.match "(((a*)*)*b|(a|a?)+)+" "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac"
