{
  system.hostname = throw "not today";
  system.timezone = (x: x.y) { };
  system.locale = 1 + "a";
}
