[ "/* not */" "# not" ]
