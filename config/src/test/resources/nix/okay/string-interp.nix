let a = "x"; in [ "${a}" "a${a}b" "${a}${a}" "${"nested ${a}"}" "$${a}" "\${a}" ]
