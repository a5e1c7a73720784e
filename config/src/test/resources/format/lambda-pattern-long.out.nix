{
  lib,
  stdenv,
  fetchFromGitHub,
  cmake,
  pkg-config,
  openssl,
  zlib,
  sqlite,
  withGui ? true,
  qtbase ? null,
}:
stdenv.mkDerivation rec { pname = "foo"; version = "1.0"; }
