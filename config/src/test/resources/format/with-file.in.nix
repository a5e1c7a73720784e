with import <nixpkgs> {};

stdenv.mkDerivation { name = "x"; src = ./.; buildInputs = [ zlib ]; configureFlags = [ "--enable-foo" ]; }
