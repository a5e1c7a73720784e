builtins.fromJSON ''{"a": [1, -2, 1.5, 1e3, true, false, null, "s\u00e9\n\"\\\/"], "b": {"c": {}}, "d": [], "": 0, "e": 1E-2, "f": -0, "g": -0.0}''
