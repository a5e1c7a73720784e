"a\nb\tc\rd\\e\"f\${g}h\$i$j$$k\x"
