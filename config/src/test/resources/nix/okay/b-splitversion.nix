map builtins.splitVersion [ "1.2.3" "1.2-3a" "2.3.1pre42" "" "a" "..1" "1..2" "é1" ]
