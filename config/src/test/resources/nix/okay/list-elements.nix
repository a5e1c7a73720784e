[ 1 (1 + 1) (x: x) { a = 1; } [ ] "s" null true 1.5 ]
