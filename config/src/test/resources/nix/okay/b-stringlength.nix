map builtins.stringLength [ "" "a" "é" "日本" ]
