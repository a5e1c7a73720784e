{
  users.dad.packages = [ nanno (jq.override { compact = true; }) (firefox.withProfil ./p) pkgs ];
  system.applications.a = with { }; htpo;
}
