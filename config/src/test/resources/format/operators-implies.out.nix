assert
  config.services.foo.enable
  -> config.services.bar.enable
  -> config.services.bar.package != null
  -> true || false;
x
