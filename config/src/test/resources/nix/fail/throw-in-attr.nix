{ a = throw "inner"; }
