{ lib
, stdenv
# what it is built with
, cmake
, openssl ? null # optional
, enableFoo ? stdenv.isLinux && !stdenv.isAarch64
, extraConfig ? { a = 1; }
, hooks ? [
    1 2
  ]
, check ? assert true; null
, # the last one
  last
, ...
} @ args:

null
