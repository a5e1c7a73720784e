map builtins.parseDrvName [ "nix-0.12pre12876" "a-b-c-1234pre5+deadbeef" "nix" "nix-" "a-1-2" "-1" "" "hello-world" ]
