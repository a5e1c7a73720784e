{ serviceConfig = { ExecStart = "/run/current-system/sw/bin/true"; Restart = "on-failure"; RestartSec = 5; }; }
