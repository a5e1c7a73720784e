{ config = { }; system.hostname = "x"; }
