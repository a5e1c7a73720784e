{
  a = x && y || z;
  b = !(x && y) && z -> w;
  c =
    config.services.xserver.enable
    && (config.services.xserver.displayManager.gdm.enable || config.services.greetd.enable)
    && !config.headless;
  d =
    type == "directory"
    && (
      name == "target"
      || name == "_site"
      || name == ".sass-cache"
      || name == "build-artifacts"
      || name == "result"
    );
  e =
    aaaaaaaaaaaaaaaaaaaaaaaaaaaaa && bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
    || ccccccccccccccccccccccccccccc && ddddddddddddddddd;
}
