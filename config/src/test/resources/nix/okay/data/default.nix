{ name = "default"; }
