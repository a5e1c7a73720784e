builtins.toXML { a = [ 1 "x<y>&\"z'\n\t" true null 1.5 { } [ ] (x: x) ({ b, a ? 1, ... }@c: b) ({ a }: a) ]; "b c" = { }; }
