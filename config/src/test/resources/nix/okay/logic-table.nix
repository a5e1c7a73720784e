[ (true && false) (false || true) (true -> false) (false -> false) (!true) (!false && true) (true -> true -> false) ]
