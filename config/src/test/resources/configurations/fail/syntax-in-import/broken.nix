{ system = { ; }
