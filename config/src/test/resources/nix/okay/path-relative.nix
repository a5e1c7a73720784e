[ (baseNameOf ./foo) (baseNameOf foo/bar) (baseNameOf ../x) (builtins.typeOf ./.) (baseNameOf a.b/c-d+e_f) ]
