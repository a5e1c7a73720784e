{
  a = "x" + "y";
  postPatch = ''
    patchShebangs .
  ''
  + lib.optionalString stdenv.isDarwin ''
    substituteInPlace Makefile --replace gcc clang
  '';
  message =
    "The option ${name} has the value ${toString value}, which is not a number; "
    + "write a number between ${toString low} and ${toString high}";
}
