/* What the tests run inside machines: one static program with many small duties. As process 1 it sleeps for ever. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static void write_all(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t n = write(fd, bytes, length);
		if (n < 0)
			exit(errno == EPIPE ? 3 : 4);
		bytes += n;
		length -= (size_t)n;
	}
}

/* The same bytes as the test's Java: a linear congruence. */
static void fill(char *buffer, size_t size, uint32_t *state)
{
	for (size_t i = 0; i < size; i++) {
		*state = *state * 1664525u + 1013904223u;
		buffer[i] = (char)(*state >> 24);
	}
}

static volatile sig_atomic_t caught;

static void catch(int number)
{
	caught = number;
}

static void size(void)
{
	struct winsize now;

	if (ioctl(0, TIOCGWINSZ, &now) == 0)
		printf("%dx%d\n", now.ws_row, now.ws_col);
	else
		printf("no terminal\n");
	fflush(stdout);
}

static int show_file(const char *path)
{
	char buffer[65536];
	int fd = open(path, O_RDONLY);
	ssize_t n;

	if (fd < 0) {
		perror(path);
		return 1;
	}
	while ((n = read(fd, buffer, sizeof buffer)) > 0)
		write_all(1, buffer, (size_t)n);
	return n < 0;
}

static void announce(const char *what)
{
	printf("%s\n", what);
	fflush(stdout);
}

/* As fast as the port takes it, for ever. */
static int flood_console(void)
{
	static char bytes[4096];
	int fd = open("/dev/ttyS0", O_WRONLY | O_NOCTTY);

	if (fd < 0) {
		perror("/dev/ttyS0");
		return 1;
	}
	memset(bytes, 'x', sizeof bytes);
	announce("flooding");
	for (;;)
		if (write(fd, bytes, sizeof bytes) < 0)
			return 1;
}

/* The port that only process 1 should have: opened, or taken from process 1 itself. */
static int port(bool steal)
{
	char path[64], name[64];

	for (int i = 0; i < 64; i++) {
		ssize_t n;
		if (!steal) {
			snprintf(path, sizeof path, "/dev/vport%dp1", i);
			int fd = open(path, O_RDWR);
			if (fd >= 0 || errno != ENOENT)
				return fd;
			continue;
		}
		snprintf(path, sizeof path, "/proc/1/fd/%d", i);
		n = readlink(path, name, sizeof name - 1);
		if (n > 0 && (name[n] = 0, strncmp(name, "/dev/vport", 10) == 0)) {
			int one = (int)syscall(SYS_pidfd_open, 1, 0);
			return one < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, one, i, 0);
		}
	}
	return -1;
}

/* Says in process 1's name that the program has ended with 33. */
static int forge(bool steal)
{
	static const char exit_33[] = { 70, 0, 0, 0, 5, 0, 0, 0, 0, 33, 0, 0, 0 };
	int fd = port(steal);

	if (fd < 0) {
		printf("no port: %s\n", strerror(errno));
		return 0;
	}
	write_all(fd, exit_33, sizeof exit_33);
	sleep(30);
	return 0;
}

int main(int argc, char **argv)
{
	static char buffer[65536];
	const char *what = argc > 1 ? argv[1] : "hello";

	if (getpid() == 1)
		for (;;)
			pause();
	if (strcmp(what, "hello") == 0) {
		printf("Hello from the machine\n");
	} else if (strcmp(what, "arguments") == 0) {
		for (int i = 2; i < argc; i++)
			printf("[%s]\n", argv[i]);
	} else if (strcmp(what, "both") == 0) {
		uint32_t one = 1, two = 2;
		for (int i = 0; i < atoi(argv[2]); i++) {
			fill(buffer, sizeof buffer, &one);
			write_all(1, buffer, sizeof buffer);
			fill(buffer, sizeof buffer, &two);
			write_all(2, buffer, sizeof buffer);
		}
	} else if (strcmp(what, "flood") == 0) {
		signal(SIGPIPE, SIG_IGN);
		for (;;)
			write_all(1, buffer, sizeof buffer);
	} else if (strcmp(what, "lines") == 0) {
		/* Numbers its lines, a hundred a second, until it is told to end. */
		signal(SIGTERM, catch);
		for (int i = 0; !caught; i++) {
			printf("line %d\n", i);
			fflush(stdout);
			usleep(10000);
		}
		return 7;
	} else if (strcmp(what, "echo-until") == 0) {
		/* Says again what it is told, until that is the word. */
		while (fgets(buffer, sizeof buffer, stdin) != NULL) {
			printf("got %s", buffer);
			fflush(stdout);
			buffer[strcspn(buffer, "\r\n")] = '\0';
			if (strcmp(buffer, argv[2]) == 0)
				return 5;
		}
	} else if (strcmp(what, "exit-later") == 0) {
		sleep(atoi(argv[3]));
		return atoi(argv[2]);
	} else if (strcmp(what, "cat") == 0) {
		ssize_t n;
		while ((n = read(0, buffer, sizeof buffer)) > 0)
			write_all(1, buffer, (size_t)n);
	} else if (strcmp(what, "exit") == 0) {
		return atoi(argv[2]);
	} else if (strcmp(what, "raise") == 0) {
		raise(atoi(argv[2]));
	} else if (strcmp(what, "environment") == 0) {
		for (char **at = environ; *at != NULL; at++)
			puts(*at);
	} else if (strcmp(what, "where") == 0) {
		puts(getcwd(buffer, sizeof buffer));
	} else if (strcmp(what, "who") == 0) {
		gid_t groups[64];
		int count = getgroups(64, groups);
		printf("%u:%u", getuid(), getgid());
		for (int i = 0; i < count; i++)
			printf(" %u", groups[i]);
		printf("\n");
		show_file("/etc/passwd");
	} else if (strcmp(what, "size") == 0) {
		size();
	} else if (strcmp(what, "resizes") == 0) {
		signal(SIGWINCH, catch);
		size();
		while (!caught)
			pause();
		size();
	} else if (strcmp(what, "wait") == 0) {
		printf("waiting\n");
		fflush(stdout);
		for (;;)
			pause();
	} else if (strcmp(what, "signals") == 0) {
		signal(SIGTERM, catch);
		signal(SIGUSR1, catch);
		printf("waiting\n");
		fflush(stdout);
		while (!caught)
			pause();
		printf("caught %d\n", caught);
	} else if (strcmp(what, "daemon") == 0) {
		/* Leaves something behind that holds the output open. */
		if (fork() == 0) {
			setsid();
			signal(SIGTERM, SIG_IGN);
			for (;;)
				pause();
		}
		printf("parent ends\n");
	} else if (strcmp(what, "orphans") == 0) {
		for (int i = 0; i < 200; i++)
			if (fork() == 0) {
				if (fork() == 0)
					_exit(0);
				_exit(0);
			}
		sleep(1);
		printf("done\n");
	} else if (strcmp(what, "show") == 0) {
		return show_file(argv[2]);
	} else if (strcmp(what, "write") == 0) {
		int fd = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC, 0640);
		if (fd < 0) {
			perror(argv[2]);
			return 1;
		}
		write_all(fd, argv[3], strlen(argv[3]));
		return close(fd) != 0;
	} else if (strcmp(what, "off") == 0) {
		reboot(RB_AUTOBOOT);
	} else if (strcmp(what, "time") == 0) {
		/* The second, and the smallest step that the clock was seen to make, in nanoseconds. */
		struct timespec now, then;
		long smallest = 1000000000;
		clock_gettime(CLOCK_REALTIME, &then);
		for (int i = 0; i < 20; i++) {
			do
				clock_gettime(CLOCK_REALTIME, &now);
			while (now.tv_nsec == then.tv_nsec);
			long step = (now.tv_sec - then.tv_sec) * 1000000000L + now.tv_nsec - then.tv_nsec;
			smallest = step < smallest ? step : smallest;
			then = now;
		}
		printf("%lld\n%ld\n", (long long)now.tv_sec, smallest);
	} else if (strcmp(what, "random") == 0) {
		unsigned char bytes[2][16] = { 0 };
		int fd = open("/dev/urandom", O_RDONLY);
		if (getrandom(bytes[0], 16, 0) != 16 || fd < 0 || read(fd, bytes[1], 16) != 16)
			return 1;
		const unsigned char *given = (const unsigned char *)getauxval(AT_RANDOM);
		for (int i = 0; i < 2; i++) {
			for (int j = 0; j < 16; j++)
				printf("%02x", bytes[i][j]);
			printf("\n");
		}
		/* What the C library makes the stack's canary of. */
		for (int j = 0; j < 16; j++)
			printf("%02x", given[j]);
		printf("\n");
	} else if (strcmp(what, "counter") == 0) {
		/* Answers each line with how many there were, something random and the time. */
		char line[256];
		unsigned char bytes[8];
		setbuf(stdout, NULL);
		for (int count = 1; fgets(line, sizeof line, stdin) != NULL; count++) {
			if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
				return 1;
			printf("%d %02x%02x%02x%02x%02x%02x%02x%02x %lld %s", count, bytes[0], bytes[1], bytes[2], bytes[3],
			       bytes[4], bytes[5], bytes[6], bytes[7], (long long)time(NULL), line);
		}
	} else if (strcmp(what, "randoms") == 0) {
		/* Never stops asking for random numbers. */
		unsigned char bytes[8];
		struct timespec rest = { 0, 200000 };
		setbuf(stdout, NULL);
		for (;;) {
			if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
				return 1;
			printf("%02x%02x%02x%02x%02x%02x%02x%02x\n", bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5],
			       bytes[6], bytes[7]);
			nanosleep(&rest, NULL);
		}
	} else if (strcmp(what, "layout") == 0) {
		void *mapped = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		printf("stack %p\nvdso %lx\nmapped %p\n", (void *)&mapped, getauxval(AT_SYSINFO_EHDR), mapped);
	} else if (strcmp(what, "answers") == 0) {
		/* Says its process id when it starts, and answers questions after that. */
		printf("%d %s> ", getpid(), argc > 2 ? argv[2] : "");
		fflush(stdout);
		while (fgets(buffer, sizeof buffer, stdin) != NULL) {
			unsigned char bytes[16] = { 0 };
			buffer[strcspn(buffer, "\r\n")] = '\0';
			if (strcmp(buffer, "random") == 0 && getrandom(bytes, sizeof bytes, 0) == sizeof bytes)
				for (size_t i = 0; i < sizeof bytes; i++)
					printf("%02x", bytes[i]);
			else if (strcmp(buffer, "time") == 0)
				printf("%lld", (long long)time(NULL));
			else if (strcmp(buffer, "size") == 0)
				size();
			else
				show_file(buffer);
			printf("\n");
			fflush(stdout);
		}
	} else if (strcmp(what, "clocks") == 0) {
		struct timespec now, then, rest = { 0, 20000000 };
		clock_gettime(CLOCK_REALTIME, &now);
		printf("%lld\n", (long long)now.tv_sec);
		clock_gettime(CLOCK_MONOTONIC, &then);
		for (int i = 0; i < 10; i++) {
			nanosleep(&rest, NULL);
			clock_gettime(CLOCK_MONOTONIC, &now);
			long long slept = (now.tv_sec - then.tv_sec) * 1000000000LL + now.tv_nsec - then.tv_nsec;
			if (slept < rest.tv_nsec || slept > 20000000000LL) {
				printf("slept %lld ns\n", slept);
				return 1;
			}
			then = now;
		}
		printf("steady\n");
	} else if (strcmp(what, "serve") == 0) {
		struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(80) };
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 1) != 0) {
			perror("serve");
			return 1;
		}
		printf("serving\n");
		fflush(stdout);
		int client = accept(fd, NULL, NULL);
		write_all(client, "from the machine\n", 17);
		close(client);
		sleep(1);
	} else if (strcmp(what, "flood-console") == 0) {
		return flood_console();
	} else if (strcmp(what, "fork-bomb") == 0) {
		announce("bombing");
		for (;;)
			fork();
	} else if (strcmp(what, "memory-hog") == 0) {
		announce("eating");
		for (;;) {
			char *piece = malloc(1 << 20);
			if (piece)
				memset(piece, 1, 1 << 20);
		}
	} else if (strcmp(what, "forge") == 0) {
		return forge(argc > 2 && strcmp(argv[2], "steal") == 0);
	} else if (strcmp(what, "make-device") == 0) {
		if (mknod(argv[2], S_IFBLK | 0666, makedev(254, 0)) != 0)
			printf("%s\n", strerror(errno));
	} else {
		fprintf(stderr, "unknown duty %s\n", what);
		return 99;
	}
	return 0;
}
