[ "é" "日本" (builtins.stringLength "é") (builtins.substring 0 1 "ab") ]
