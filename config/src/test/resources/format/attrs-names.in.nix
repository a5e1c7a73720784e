{ "quoted name"=1; ${dynamic}=2; a."b c".${d+"e"}=3; or=4;
  very.long.attribute.path.that.goes.on.and.on = some.other.long.attribute.path.that.goes.on.and.on.too;
}
