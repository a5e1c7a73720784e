{ system.applications.a = firefox.override [ ]; }
