if config.services.nginx.enable && config.services.nginx.virtualHosts != { } && config.security.acme.acceptTerms then "yes" else "no"
