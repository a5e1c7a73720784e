let
  base = firefox.override { extensions = [ vim-vixen ]; vim_mode = true; };
in
{
  system.applications = {
    a = base.override (old: { extensions = old.extensions ++ [ ublock-origin ]; });
    b = (base.withProfile ./p).withVimMode false;
    c = with { htop = base; }; htop;
  };
}
