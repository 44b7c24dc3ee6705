/* The one question about the terminal that needs a pointer, so that Swift code needs none. */
#ifndef FLEET_CTERMINAL_H
#define FLEET_CTERMINAL_H

#include <sys/ioctl.h>
#include <unistd.h>

/* Columns of the terminal on a file descriptor; 0 where it is none or does not say. */
static inline int cterminal_columns(int descriptor) {
  struct winsize size;
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

#endif
