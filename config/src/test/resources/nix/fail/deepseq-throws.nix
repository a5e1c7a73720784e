builtins.deepSeq [ { a = throw "y"; } ] 1
