# What this computer is. `sourceos check` says whether it can be used, `sourceos options` what else can be set.
{
  # Its name in the network.
  system.hostname = "@hostname@";

  # The kernel is built from source with these settings.
  system.kernel = {
    # It interrupts itself readily, so that input is answered soon.
    preempt = "full";

    # Its clock ticks so often in a second.
    timer_hz = 1000;

    # Leaves out what only helps to find mistakes in the kernel.
    no_debug = true;

    # For a graphics card that is given to a machine (gpu_passthrough below).
    # features = [ "VFIO" ];
  };

  # Keyboard, mouse and monitor to play with. `lsusb` prints the numbers of yours.
  system.input.domains.gaming = {
    # KIND:VENDOR:PRODUCT
    devices = [ "keyboard:1532:0221" "mouse:1532:0073" ];

    # By number, from 1.
    monitors = [ 1 ];

    # The devices reach nothing else.
    exclusive = true;

    # Events go to the machine unchanged: no key filters.
    direct_input = true;
  };

  # The machine that is played in.
  vms.game = {
    # The program it is for: write your game's recipe into packages/, and its name here.
    package = lua;

    # The input domain that reaches it.
    input.domain = "gaming";

    # What it gets of this computer; `lspci` and /dev/dri name the graphics cards.
    cpus = 2;
    memory = "1G";
    # gpu_passthrough = "/dev/dri/card1";
  };
}
