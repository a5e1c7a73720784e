# Who uses this computer, and with what.
{
  # The name after `users.` is a login name.
  users.@user@ = {
    # Programs that are built for this user and started by their names.
    packages = [
      nano
      htop
      jq
      sqlite3
      lua
    ];

    # Names without a recipe yet: they can be checked, and built once packages/NAME.source.toml is written.
    # packages = [ vim (vscode.override { extensions = [ rust-analyzer ]; }) ];

    # A machine for trying things out: what happens in it stays in it.
    vms.scratch = {
      # The program it is for.
      package = busybox;

      # What is started in it, instead of the package's own.
      command = [ "busybox" "sh" ];

      # What it gets of this computer.
      memory = "256M";
      cpus = 1;

      # No network; "user" is out through this computer.
      network = "none";

      # A port of this computer that leads into it (it needs a network).
      # ports = [ "8080:80" ];
    };
  };
}
