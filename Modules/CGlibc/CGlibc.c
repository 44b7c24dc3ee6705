/*
 * Two functions of the system's, so that fleet starts on glibc 2.34 (Amazon Linux 2023, RHEL 9).
 *
 * Swift's Foundation, which is linked in, calls hypot and hypotf, and a linker on a newer system binds them to the
 * versions that came with glibc 2.35, which an older one refuses to start with. These have the same results, to the last bit
 * but one: a long double has room for the squares of every double. scripts/package checks that nothing asks for a newer glibc.
 */
#include "CGlibc.h"

double hypot(double x, double y);
float hypotf(float x, float y);

double hypot(double x, double y) {
  /* Infinite beside anything, as the standard wants it, even what is no number. */
  if (__builtin_isinf(x) || __builtin_isinf(y)) return __builtin_inf();
  return (double)__builtin_sqrtl((long double)x * x + (long double)y * y);
}

float hypotf(float x, float y) {
  if (__builtin_isinf(x) || __builtin_isinf(y)) return __builtin_inff();
  return (float)__builtin_sqrt((double)x * x + (double)y * y);
}
