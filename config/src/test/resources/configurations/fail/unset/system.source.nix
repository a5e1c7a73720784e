{ config, ... }: { system.timezone = config.system.hostname; }
