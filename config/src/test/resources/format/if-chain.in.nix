kind: if kind == "a" then 1 else if kind == "b" then 2 else if kind == "c" then { value = 3;
} else if isFunction kind then kind 4 else throw "unknown kind"
