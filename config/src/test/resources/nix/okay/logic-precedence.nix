[ (false && false || true) (true || false && false) (!false == true) (false -> false && true) (1 == 1 && 2 == 2) ]
