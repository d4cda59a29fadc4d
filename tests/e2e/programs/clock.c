// A wrong time of day, for who preloads this: CLOCK_REALTIME and what rests on it, off by the seconds in the file that
// WRONG_CLOCK names, read at each call; every other clock is right. A time namespace cannot do that, and libfaketime
// keeps its state in memory that processes of another user may not open: it ends them, and a check is one.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long wrong_by(void) {
  const char *path = getenv("WRONG_CLOCK");
  char text[32] = {0};
  int file = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return 0;
  if (syscall(SYS_read, file, text, sizeof text - 1) < 0) text[0] = 0;
  syscall(SYS_close, file);
  return strtol(text, NULL, 10);
}

int clock_gettime(clockid_t clock, struct timespec *at) {
  int result = (int)syscall(SYS_clock_gettime, clock, at);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) at->tv_sec += wrong_by();
  return result;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone) {
  (void)zone;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  at->tv_sec = now.tv_sec;
  at->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *at) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (at) *at = now.tv_sec;
  return now.tv_sec;
}
