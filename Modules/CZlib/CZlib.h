/* zlib, with what Swift cannot call of it: inflateInit2 is a macro. */
#ifndef FLEET_CZLIB_H
#define FLEET_CZLIB_H

/* zlib only reads its input; without this its header says otherwise. */
#define ZLIB_CONST
#include <zlib.h>

/* Begins to unpack gzip's format: a window of 15 bits, the largest there is, and 16 more for gzip's head and end. */
static inline int czlib_begin_gunzip(z_stream *stream) { return inflateInit2(stream, 15 + 16); }

#endif
