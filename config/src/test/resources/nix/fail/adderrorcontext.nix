builtins.addErrorContext "while testing" (throw "z")
