// What the headers and the libstdc++ of a newer node call and glibc 2.28 lacks. Hidden: nobody outside our libraries
// sees these. Each does what the newer glibc does, by system call.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// glibc 2.32: nonzero lets libstdc++ skip atomics; a library inside a JVM never may.
char __libc_single_threaded = 0;

// glibc 2.33 made these functions; before, each program brought its own.
int stat(const char* restrict path, struct stat* restrict out) {
  return (int)syscall(SYS_newfstatat, AT_FDCWD, path, out, 0);
}
int lstat(const char* restrict path, struct stat* restrict out) {
  return (int)syscall(SYS_newfstatat, AT_FDCWD, path, out, AT_SYMLINK_NOFOLLOW);
}
int fstat(int file, struct stat* out) { return (int)syscall(SYS_newfstatat, file, "", out, AT_EMPTY_PATH); }
int fstatat(int directory, const char* restrict path, struct stat* restrict out, int flags) {
  return (int)syscall(SYS_newfstatat, directory, path, out, flags);
}

// glibc 2.36. Only std::random_device, which we do not use, would call it; never fewer than the bytes asked for.
uint32_t arc4random(void) {
  uint32_t value = 0;
  size_t done = 0;
  while (done < sizeof value) {
    long got = syscall(SYS_getrandom, (char*)&value + done, sizeof value - done, 0);
    if (got > 0) {
      done += (size_t)got;
    } else if (errno != EINTR) {
      __builtin_trap();
    }
  }
  return value;
}
