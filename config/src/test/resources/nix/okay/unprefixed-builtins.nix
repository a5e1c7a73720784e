map builtins.typeOf [ abort baseNameOf dirOf map throw toString removeAttrs isNull import scopedImport fromTOML placeholder true false null builtins derivation ]
