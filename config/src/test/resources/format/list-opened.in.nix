{ packages = [ wget
  curl (callPackage ./foo.nix { }) (python3.withPackages (ps: [ ps.requests ps.flask ]))
  (writeShellScriptBin "hello" ''
    echo hello
  '') { name = "set"; value = 1; } ]; }
