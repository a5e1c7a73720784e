({ a ? 1, b ? 2 }@args: [ a b args ]) { a = 5; }
