{
  features = ["PREEMPT","NO_HZ_FULL" , "VFIO"];
  monitors=[1,2,];
  one = [ 1, ];
  patches = [
    ./a.patch,
    ./b.patch
  ];
  apps = [
      firefox # the browser
    , (emacs.withConfig ./doom.d) # the editor
    , terminal
  ];
  input.domains = ["dad", "mom", "kid1", "kid2", "a-friend-who-stays-for-a-while", "and-another-one", "and-more"];
}
