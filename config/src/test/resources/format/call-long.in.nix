{
  a = someFunction firstArgument secondArgument thirdArgument fourthArgument fifthArgument sixthArgument;
  b = lib.mkRenamedOptionModule [ "services" "xserver" "displayManager" ] [ "services" "displayManager" "enable" ];
  c = builtins.foldl' (acc: elem: acc // { ${elem.name} = elem.value; }) { } (builtins.attrValues config.elements);
  d = throw "the value of the option is neither a string nor a list of strings, and I do not know what to make of it";
  e = import ./modules/services/networking/a-rather-long-directory-name/with-a-long-file-name/default-settings.nix;
}
