{ input.inherit = true; a = x.with.let or y; b = { c.if = 1; }; d = x ? a.inherit; }
