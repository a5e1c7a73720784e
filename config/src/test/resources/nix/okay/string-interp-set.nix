"${{ outPath = "o"; }}-${{ __toString = self: "t" + self.x; x = "1"; }}"
