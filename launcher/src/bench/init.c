/* The least an init can do: say that it runs, and end the machine. What ./bench boots different kernels with. */
#include <fcntl.h>
#include <sys/reboot.h>
#include <unistd.h>

int main(void)
{
	static const char text[] = "init\n";
	if (write(1, text, sizeof text - 1) < 0)
		_exit(1);
	reboot(RB_AUTOBOOT);
	for (;;)
		pause();
}
