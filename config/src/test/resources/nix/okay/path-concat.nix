[ (/a + "/b") (/a + "b") (/a + /b) (/a + "/../c") (/. + "x") ("a" + toString /b) ]
