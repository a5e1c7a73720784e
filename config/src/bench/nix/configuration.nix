# A configuration of 500 options: forty services of twelve each, and the system around them that gathers what they ask for.
let
  lib = import ./modules.nix;
  inherit (builtins) attrNames attrValues concatLists concatMap concatStringsSep elemAt filter genList length listToAttrs mapAttrs toString;
  inherit (lib) types when option;

  names = concatMap (kind: genList (number: "${kind}${toString number}") 8) [ "web" "mail" "data" "queue" "cache" ];

  service = index: name: { config, lib, ... }:
    let own = config.services.${name}; in
    {
      options.services.${name} = {
        enable = option { type = types.bool; default = false; description = "Whether ${name} runs."; };
        user = option { type = types.text; default = name; };
        port = option { type = types.port; default = 8000 + index; };
        host = option { type = types.maybe types.text; default = null; };
        folder = option { type = types.path; default = "/var/lib/${name}"; };
        level = option { type = types.choice [ "quiet" "normal" "loud" ]; default = "normal"; };
        workers = option { type = types.between 1 64; default = 4; };
        flags = option { type = types.listOf types.text; default = [ ]; };
        limits = option { type = types.attrsOf types.int; default = { }; };
        config = option { type = types.lines; default = ""; };
        after = option { type = types.listOf types.text; default = [ ]; apply = lib.unique; };
        sites = option {
          type = types.attrsOf (types.submodule ({ name, config, ... }: {
            options = {
              domain = option { type = types.text; default = "${name}.example.org"; };
              root = option { type = types.path; };
              secure = option { type = types.bool; default = true; };
              aliases = option { type = types.listOf types.text; default = [ ]; };
            };
            config = {
              root = lib.preset "/srv/${config.domain}";
              aliases = when config.secure [ "www.${config.domain}" ];
            };
          }));
          default = { };
        };
      };
      config = when own.enable {
        networking.ports = [ own.port ];
        users.accounts.${own.user} = { home = own.folder; groups = [ "services" ]; };
        services.${name} = {
          flags = lib.all [
            [ "--port=${toString own.port}" "--workers=${toString own.workers}" ]
            (when (own.level == "loud") (lib.early [ "--verbose" ]))
            (when (own.host != null) [ "--host=${toString own.host}" ])
          ];
          limits.files = lib.preset (1024 * own.workers);
          config = concatStringsSep "\n" (lib.listAttrs (site: s: "${site} ${s.domain} ${s.root}") own.sites);
        };
        system.units.${name} = {
          command = concatStringsSep " " ([ "/bin/${name}" ] ++ own.flags);
          inherit (own) after;
        };
      };
    };

  system = { config, lib, options, ... }: {
    options = {
      networking = {
        hostName = option { type = types.pattern "[a-z][a-z0-9-]*"; };
        domain = option { type = types.maybe types.text; default = null; };
        fqdn = option { type = types.text; };
        ports = option { type = types.listOf types.port; default = [ ]; apply = builtins.sort builtins.lessThan; };
        firewall.enable = option { type = types.bool; default = true; };
        firewall.rules = option { type = types.lines; default = ""; };
      };
      system.units = option {
        type = types.attrsOf (types.submodule {
          options = {
            command = option { type = types.text; };
            after = option { type = types.listOf types.text; default = [ ]; };
            restart = option { type = types.bool; default = true; };
            nice = option { type = types.either types.int types.text; default = 0; };
          };
        });
        default = { };
      };
      system.count = option { type = types.int; };
      system.kernel = option { type = types.maybe types.text; default = null; };
      system.label = option { type = types.text; default = "machine"; };
      system.packages = option { type = types.listOf types.text; default = [ ]; };
      users.accounts = option {
        type = types.attrsOf (types.submodule ({ name, ... }: {
          options = {
            name = option { type = types.text; default = name; };
            home = option { type = types.path; default = "/home/${name}"; };
            groups = option { type = types.listOf types.text; default = [ ]; };
            shell = option { type = types.text; default = config.users.shell; };
          };
        }));
        default = { };
      };
      users.shell = option { type = types.text; default = "/bin/sh"; };
      users.groups = option { type = types.listOf types.text; };
      environment = genOptions;
    };
    config = {
      networking.fqdn =
        if config.networking.domain == null then config.networking.hostName
        else "${config.networking.hostName}.${config.networking.domain}";
      networking.firewall.rules = when config.networking.firewall.enable (concatStringsSep "\n" (map (port: "allow ${toString port}") config.networking.ports));
      users.groups = lib.unique (concatMap (account: account.groups) (attrValues config.users.accounts));
      system.count = length (filter (s: s.enable) (attrValues config.services));
    };
  };
  genOptions = {
    variables = option { type = types.attrsOf types.text; default = { }; };
    path = option { type = types.listOf types.path; default = [ ]; };
    locale = option { type = types.text; default = "C.UTF-8"; };
    zone = option { type = types.text; default = "UTC"; };
    banner = option { type = types.lines; default = ""; };
    debug = option { type = types.bool; default = false; };
  };

  machine = { config, lib, ... }: {
    _file = "machine";
    imports = [ ./extra.nix ];
    networking.hostName = "example";
    networking.domain = "test";
    users.accounts.dad.groups = [ "family" ];
    users.accounts.kid = { shell = lib.force "/bin/false"; groups = lib.late [ "family" ]; };
    system.packages = concatMap (name: lib.optional config.services.${name}.enable name) names;
    environment = lib.all [
      { variables.EDITOR = "vi"; path = [ "/usr/bin" ]; }
      (when (config.system.count > 10) { variables.BUSY = "yes"; banner = "many services"; })
      (when config.environment.debug { variables.DEBUG = "1"; })
    ];
    services = listToAttrs (genList
      (index: {
        name = elemAt names index;
        value = lib.all [
          { enable = index - index / 4 * 4 != 3; }
          (when (index - index / 5 * 5 == 0) { level = "loud"; workers = 8; host = "host${toString index}"; })
          (when (index - index / 3 * 3 == 0) {
            sites.main = { };
            sites.shop = { domain = "shop${toString index}.test"; secure = false; aliases = [ "s" ]; };
            after = lib.optional (index > 0) (elemAt names (index - 1));
          })
        ];
      })
      (length names));
  };
in
lib.evaluate {
  modules = genList (index: service index (elemAt names index)) (length names) ++ [ system machine ];
}
