{ a = 1+2*3 - 4 / 5; b = a<b; c = a==b&&c!=d||e>=f; d = -x; e = - 1 - -1; f = !x; g = ! x ? y; h = x ? y.z && x ? "q"; i = a ++ b ++ c == d;
j = builtins.stringLength (lib.getName (toString oldDependency)) == builtins.stringLength (lib.getName (toString newDependency)); }
