


{


  a = 1;



  b = 2;
  c = [

    1


    2

  ];


  # d is special

  d = 3;

}


