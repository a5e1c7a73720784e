map builtins.typeOf [ 1 1.5 "a" /a null true [ ] { } (x: x) builtins.map (builtins.map 1) ]
