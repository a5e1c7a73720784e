[ (toString 0.1) (toString 1.0) (toString 1.0e10) (toString 123456789.123456789) (toString 1.0e-7) ]
