builtins.appendContext "a" { foo = { }; }
