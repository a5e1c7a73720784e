{ a ? http://example.org/a , b ? http://example.org/b }:
{ c = http://example.org/c; d = x:x; e = http://example.org/f .g or 1; }
