"ÿşÃ" + builtins.substring 1 1 "â‚"
