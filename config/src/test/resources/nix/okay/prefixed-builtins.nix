[ (__add 1 2) (__length [ 1 ]) __langVersion (__isInt 1) ]
