#ifndef SOURCEOS_BOOT_H
#define SOURCEOS_BOOT_H

/* Mounts the kernel's file systems, assembles the root from its disks and makes it /. */
void boot(void);

#endif
