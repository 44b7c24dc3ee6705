#define _GNU_SOURCE
#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

/* Written by the one thread that takes and gives back; read in handlers, which only call what is async-signal-safe. */
static struct {
  volatile sig_atomic_t taken;
  int keys;
  int output;
  struct termios mode;
  int errors;      /* the real standard error; -1 where it is not held back */
  int held[2];     /* the pipe that stands in for it */
} terminal = {.errors = -1};

static const char enter[] = "\033[?1049h\033[?25l\033[?7l\033[H\033[2J";
static const char leave[] = "\033[0m\033[?7h\033[?25h\033[?1049l";
static const char last_words[] =
    "fleet: error: the watch was ended from inside, perhaps by libslurm; its message is above.\n";

static void put(int descriptor, const char *text, size_t size) {
  while (size > 0) {
    ssize_t written = write(descriptor, text, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text += written;
    size -= (size_t)written;
  }
}

static struct winsize size_of(int descriptor) {
  struct winsize size = {0};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) memset(&size, 0, sizeof size);
  return size;
}

int cterminal_columns(int descriptor) { return size_of(descriptor).ws_col; }

int cterminal_rows(int descriptor) { return size_of(descriptor).ws_row; }

/* Copies what was held back to `descriptor`; with -1 it is dropped. */
static void drain(int descriptor) {
  char buffer[4096];
  ssize_t count;
  while ((count = read(terminal.held[0], buffer, sizeof buffer)) > 0)
    if (descriptor >= 0) put(descriptor, buffer, (size_t)count);
}

static void give_back(int tell) {
  if (!terminal.taken) return;
  terminal.taken = 0;
  /* Without IXON first: output that Ctrl-S has stopped goes on, else writing to it would block. */
  struct termios open_mode = terminal.mode;
  open_mode.c_iflag &= ~(tcflag_t)IXON;
  tcsetattr(terminal.keys, TCSANOW, &open_mode);
  put(terminal.output, leave, sizeof leave - 1);
  tcsetattr(terminal.keys, TCSANOW, &terminal.mode);
  if (terminal.errors < 0) return;
  dup2(terminal.errors, STDERR_FILENO);
  close(terminal.errors);
  terminal.errors = -1;
  drain(tell ? STDERR_FILENO : -1);
  close(terminal.held[0]);
  close(terminal.held[1]);
}

uint64_t cterminal_read(int keys) {
  unsigned char bytes[7];
  ssize_t count;
  do count = read(keys, bytes, sizeof bytes);
  while (count < 0 && errno == EINTR);
  if (count <= 0) return 0;
  uint64_t packed = (uint64_t)count;
  for (ssize_t index = 0; index < count; index++)
    packed |= (uint64_t)bytes[index] << (8 * (index + 1));
  return packed;
}

void cterminal_give_back(void) { give_back(0); }

void cterminal_drop_errors(void) {
  if (terminal.taken && terminal.errors >= 0) drain(-1);
}

/* exit() that fleet did not call: libslurm's, which then has its say. 3 is fleet's code for "could not work". */
static void at_exit(void) {
  if (!terminal.taken) return;
  give_back(1);
  put(STDERR_FILENO, last_words, sizeof last_words - 1);
  _exit(3);
}

static void crashed(int number) {
  give_back(1);
  signal(number, SIG_DFL);
  raise(number);
}

static void hold_errors(void) {
  if (!isatty(STDERR_FILENO) || pipe2(terminal.held, O_CLOEXEC | O_NONBLOCK) != 0) return;
  terminal.errors = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  if (terminal.errors < 0 || dup2(terminal.held[1], STDERR_FILENO) < 0) {
    if (terminal.errors >= 0) close(terminal.errors);
    terminal.errors = -1;
    close(terminal.held[0]);
    close(terminal.held[1]);
  }
}

static void watch_for_the_end(void) {
  static int is_registered;
  const int fatal[] = {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT, SIGSEGV, SIGTRAP};
  if (is_registered) return;
  is_registered = 1;
  atexit(at_exit);
  for (size_t index = 0; index < sizeof fatal / sizeof *fatal; index++)
    signal(fatal[index], crashed);
}

int cterminal_take(int keys, int output) {
  if (terminal.taken) return 0;
  if (tcgetattr(keys, &terminal.mode) != 0) return errno;
  struct termios mode = terminal.mode;
  mode.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
  mode.c_cc[VMIN] = 1;
  mode.c_cc[VTIME] = 0;
  mode.c_cc[VSUSP] = _POSIX_VDISABLE;
  watch_for_the_end();
  terminal.keys = keys;
  terminal.output = output;
  if (tcsetattr(keys, TCSANOW, &mode) != 0) return errno;
  hold_errors();
  terminal.taken = 1;
  put(output, enter, sizeof enter - 1);
  return 0;
}
