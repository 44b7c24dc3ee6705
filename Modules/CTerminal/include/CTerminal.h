/* What of a terminal needs pointers, or must work in a signal handler, so that Swift code needs neither. */
#ifndef FLEET_CTERMINAL_H
#define FLEET_CTERMINAL_H

#include <stdint.h>

/* Columns of the terminal on a file descriptor; 0 where it is none or does not say. */
int cterminal_columns(int descriptor);

/* Rows of the terminal on a file descriptor; 0 where it is none or does not say. */
int cterminal_rows(int descriptor);

/*
 * Takes the terminal: keys come one by one and unseen from `keys`, `output` shows the alternate screen without cursor
 * and line wrap, and standard error, where it is a terminal too, is held back. Ctrl-C stays a signal, Ctrl-Z becomes a
 * key. Whatever ends the process, but SIGKILL, gives the terminal back. 0, or errno. Taking it twice is harmless.
 */
int cterminal_take(int keys, int output);

/*
 * Waits for a key. What the terminal sent, at most 7 bytes, the first one in bits 8 to 15; their number is in bits 0 to
 * 7, 0 at the end.
 */
uint64_t cterminal_read(int keys);

/* Gives the terminal back; what was held back of standard error is dropped. Harmless where it was not taken. */
void cterminal_give_back(void);

/* Drops what was held back of standard error so far, so that there is room for last words. */
void cterminal_drop_errors(void);

#endif
