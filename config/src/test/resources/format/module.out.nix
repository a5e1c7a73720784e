{ config, lib, pkgs, ... }:
with lib;
let
  cfg = config.services.greeter;
  settingsFormat = pkgs.formats.toml { };
in
{
  options.services.greeter = {
    enable = mkEnableOption "the greeter";
    port = mkOption { type = types.port; default = 8080; description = "The port it listens on."; };
    settings = mkOption {
      type = types.submodule { freeformType = settingsFormat.type; };
      default = { };
    };
  };
  config = mkIf cfg.enable {
    systemd.services.greeter = {
      description = "Greeter";
      wantedBy = [ "multi-user.target" ];
      after = [ "network.target" ];
      serviceConfig = {
        ExecStart = "${pkgs.greeter}/bin/greeter --port ${toString cfg.port}";
        DynamicUser = true;
      };
    };
    networking.firewall.allowedTCPPorts = mkIf cfg.openFirewall [ cfg.port ];
    users.users = mapAttrs' (
      name: user:
      nameValuePair "greeter-${name}" {
        isSystemUser = true;
        group = "greeter";
        inherit (user) home;
      }
    ) cfg.users;
  };
}
