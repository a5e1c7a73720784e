let x = "c"; in [ /a/${x} /a/b${x}d/${x} /${x} ]
