/*
 * Attaches an array of Sharray with nothing but libc and the offsets of docs/segment-layout.md, and prints its dtype,
 * shape and sum.
 *
 *   gcc -Wall -Wextra -Werror -o attach attach.c
 *   ./attach ID        a System V id, as `sharray ls` prints it
 *   ./attach NAME      the name of a POSIX segment of this user
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEADER = 4096, COPIED = 1024, STATE = 1024, MOST_DIMENSIONS = 32, SYSTEM_V = 1, POSIX = 2, READY = 1 };

struct mapping {
  const unsigned char* base;
  uint64_t size;
  int storage;
};

struct array {
  int dimensions;
  uint64_t shape[MOST_DIMENSIONS];
  int64_t strides[MOST_DIMENSIONS];
  int64_t first; /* from byte 0 of the segment */
  int64_t item_size;
  char kind;
  char type[33];
};

/* The table of dtypes. */
static const char* const types[] = {"|b1", "|i1", "<i2", "<i4", "<i8", "|u1", "<u2",
                                    "<u4", "<u8", "<f4", "<f8", "<c8", "<c16"};

static void die(const char* what, const char* why) {
  fprintf(stderr, "attach: %s: %s\n", what, why);
  exit(1);
}

static uint16_t u16(const unsigned char* p) { return (uint16_t)(p[0] | p[1] << 8); }
static uint32_t u32(const unsigned char* p) { return u16(p) | (uint32_t)u16(p + 2) << 16; }
static uint64_t u64(const unsigned char* p) { return u32(p) | (uint64_t)u32(p + 4) << 32; }

static uint32_t crc32c(const unsigned char* bytes, size_t length) {
  uint32_t value = ~0u;
  for (size_t i = 0; i < length; i++) {
    value ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) {
      value = value >> 1 ^ (value & 1 ? 0x82F63B78u : 0);
    }
  }
  return ~value;
}

/* "Attach" of the section on System V, read-only. */
static struct mapping attach_system_v(const char* text) {
  const int id = atoi(text);
  struct shmid_ds status;
  const void* base = shmat(id, NULL, SHM_RDONLY);
  if (base == (void*)-1 || shmctl(id, IPC_STAT, &status) != 0) {
    die(text, strerror(errno));
  }
  return (struct mapping){base, status.shm_segsz, SYSTEM_V};
}

/* "Attach" of the section on POSIX, read-only. The mapping keeps the lease that flock takes. */
static struct mapping attach_posix(const char* name) {
  char path[64];
  struct stat status;
  snprintf(path, sizeof path, "/dev/shm/sharray-%u", geteuid());
  const int directory = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (directory < 0 || fstat(directory, &status) != 0) {
    die(path, strerror(errno));
  }
  if (status.st_uid != geteuid() || (status.st_mode & 07777) != 0700) {
    die(path, "not a directory of this user alone");
  }
  if (name[0] == '.' || strchr(name, '/') != NULL) {
    die(name, "no name of a segment");
  }
  const int file = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (file < 0 || fstat(file, &status) != 0) {
    die(name, strerror(errno));
  }
  if (!S_ISREG(status.st_mode) || status.st_uid != geteuid() || (status.st_mode & 077) != 0) {
    die(name, "not a plain file of this user alone");
  }
  for (int i = 0; flock(file, LOCK_SH | LOCK_NB) != 0; i++) {
    if (errno != EWOULDBLOCK || i == 50) {
      die(name, strerror(errno));
    }
    usleep(4000);
  }
  if (fstat(file, &status) != 0 || status.st_nlink == 0 || status.st_size < HEADER) {
    die(name, "gone, or too small");
  }
  const void* base = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, file, 0);
  if (base == MAP_FAILED) {
    die(name, strerror(errno));
  }
  close(file);
  close(directory);
  return (struct mapping){base, (uint64_t)status.st_size, POSIX};
}

static int known(const struct array* a) {
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    if (strcmp(a->type, types[i]) == 0) {
      return a->kind == types[i][1] && a->item_size == atoi(types[i] + 2);
    }
  }
  return 0;
}

/* The order is not looked at, as only the strides are used. Whether all elements lie in the `bytes` bytes of data. */
static int inside(const struct array* a, uint64_t bytes) {
  int64_t low = a->first, high = a->first;
  int64_t count = a->item_size;
  int empty = 0;
  for (int d = 0; d < a->dimensions; d++) {
    int64_t reach;
    if (a->shape[d] > INT64_MAX) {
      return 0;
    }
    const int64_t length = (int64_t)a->shape[d];
    if (length == 0) {
      empty = 1;
      continue;
    }
    if (__builtin_mul_overflow(count, length, &count) || __builtin_mul_overflow(length - 1, a->strides[d], &reach) ||
        (length > 1 && a->strides[d] % a->item_size != 0) ||
        __builtin_add_overflow(reach < 0 ? low : high, reach, reach < 0 ? &low : &high)) {
      return 0;
    }
  }
  if (a->first < 0 || a->first % a->item_size != 0 || (uint64_t)a->first > bytes) {
    return 0;
  }
  return empty || (low >= 0 && !__builtin_add_overflow(high, a->item_size, &high) && (uint64_t)high <= bytes);
}

/* "How a reader validates". Nothing of the shared header is looked at again. */
static struct array validate(struct mapping m) {
  unsigned char h[COPIED];
  struct array a = {0};
  if (m.size < HEADER) {
    die("header", "the segment is too small");
  }
  const uint32_t state = __atomic_load_n((const uint32_t*)(const void*)(m.base + STATE), __ATOMIC_ACQUIRE);
  memcpy(h, m.base, sizeof h);
  const uint32_t crc = u32(h + 28);
  memset(h + 28, 0, 4);
  if (memcmp(h, "\x89SHRAY\r\n", 8) != 0 || u32(h + 16) != 0x01020304 || u16(h + 8) != 1) {
    die("header", "not a segment of Sharray, layout version 1");
  }
  if (crc32c(h, sizeof h) != crc) {
    die("header", "wrong checksum");
  }
  if (u32(h + 20) != 0 || h[72] != m.storage || h[79] != 0 || u32(h + 12) != HEADER) {
    die("header", "features, storage or size that this program does not know");
  }
  const uint64_t total = u64(h + 48), offset = u64(h + 56), bytes = u64(h + 64);
  if (offset < HEADER || offset % 4096 != 0 || offset > total || bytes > total - offset || total > m.size ||
      m.size > INT64_MAX) {
    die("header", "its data lie outside of the segment");
  }
  if (h[78] != 0) {
    die("header", "a pool: its arrays are known from their handles only");
  }
  a.dimensions = h[73];
  a.item_size = u16(h + 76);
  memcpy(a.type, h + 640, 32);
  a.kind = (char)h[74];
  if (a.dimensions > MOST_DIMENSIONS || !known(&a)) {
    die("header", "an array of a kind that this program does not know");
  }
  for (int d = 0; d < a.dimensions; d++) {
    a.shape[d] = u64(h + 128 + 8 * d);
    a.strides[d] = (int64_t)u64(h + 384 + 8 * d);
  }
  a.first = (int64_t)u64(h + 80);
  if (!inside(&a, bytes)) {
    die("header", "its elements reach outside of the data");
  }
  if (state != READY) {
    die("header", "gone, or being made");
  }
  a.first += (int64_t)offset;
  return a;
}

/* An integer in the byte order of the header, which is that of this machine. */
static double whole(const unsigned char* at, const struct array* a) {
  uint64_t bits = 0;
  memcpy(&bits, at, (size_t)a->item_size);
  const int unused = 64 - 8 * (int)a->item_size;
  return a->kind == 'i' ? (double)((int64_t)(bits << unused) >> unused) : (double)bits;
}

/* The value of an element, of a complex one its real part; `part` 1 is the imaginary one. */
static double value(const unsigned char* at, const struct array* a, int part) {
  const int64_t size = a->kind == 'c' ? a->item_size / 2 : a->item_size;
  float single;
  double result;
  if (a->kind != 'f' && a->kind != 'c') {
    return a->kind == 'b' ? *at != 0 : whole(at, a);
  }
  at += part * size;
  if (size == sizeof single) {
    memcpy(&single, at, sizeof single);
    return single;
  }
  memcpy(&result, at, sizeof result);
  return result;
}

static double sum(const unsigned char* at, const struct array* a, int axis, int part) {
  double result = 0;
  if (axis == a->dimensions) {
    return value(at, a, part);
  }
  for (uint64_t i = 0; i < a->shape[axis]; i++) {
    result += sum(at + (int64_t)i * a->strides[axis], a, axis + 1, part);
  }
  return result;
}

int main(int argc, char** argv) {
  if (argc != 2 || argv[1][0] == 0) {
    fprintf(stderr, "usage: attach ID|NAME\n");
    return 2;
  }
  const int number = strspn(argv[1], "0123456789") == strlen(argv[1]) && strlen(argv[1]) < 10;
  const struct mapping m = number ? attach_system_v(argv[1]) : attach_posix(argv[1]);
  const struct array a = validate(m);
  printf("dtype %s shape (", a.type);
  for (int d = 0; d < a.dimensions; d++) {
    printf(d == 0 ? "%llu" : ", %llu", (unsigned long long)a.shape[d]);
  }
  int empty = 0;
  for (int d = 0; d < a.dimensions; d++) {
    empty |= a.shape[d] == 0;
  }
  printf(") sum %.17g", empty ? 0 : sum(m.base + a.first, &a, 0, 0));
  if (a.kind == 'c') {
    printf("%+.17gj", empty ? 0 : sum(m.base + a.first, &a, 0, 1));
  }
  /* The end of this process ends mapping and lease; had it been the last holder of a POSIX segment, a sweep removes
   * that. */
  printf("\n");
  return 0;
}
