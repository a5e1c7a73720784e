"just a string" # with a comment
