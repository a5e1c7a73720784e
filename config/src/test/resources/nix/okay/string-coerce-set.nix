({ __toString = self: "x"; } + "y")
