let id = x: x; f = x: x; in [ ([ (id f) ] == [ f ]) ([ (id f) ] == [ (id f) ]) (let y = id f; in [ y ] == [ y ]) ]
