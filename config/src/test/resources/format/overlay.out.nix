final: prev: {
  hello = prev.hello.overrideAttrs (old: {
    patches = (old.patches or [ ]) ++ [ ./hello.patch ];
    postInstall = (old.postInstall or "") + ''
      rm $out/share/doc
    '';
  });
  python3 = prev.python3.override {
    packageOverrides = pyFinal: pyPrev: {
      requests = pyPrev.requests.overridePythonAttrs { doCheck = false; };
    };
  };
}
