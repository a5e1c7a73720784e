{
  buildInputs =
    [ zlib openssl ]
    ++ lib.optionals stdenv.isLinux [ alsa-lib libpulseaudio ]
    ++ lib.optional withGui qtbase;
  a = [
    x
  ]
  ++ y;
  b = x ++ [
    y
  ];
  c =
    (map f xs)
    ++ (map g ys)
    ++ lib.concatMap (x: [ x.first x.second x.third ]) (
      builtins.attrValues config.things.everywhere
    );
  d =
    a
    ++ (
      if cond then
        [
          x
        ]
      else
        [ ]
    );
}
