{ config, ... }: { system.hostname = config.system.timezone; system.timezone = config.system.hostname; }
