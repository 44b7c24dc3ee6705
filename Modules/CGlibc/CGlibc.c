/*
 * Three functions of the system's, so that fleet starts on glibc 2.34 and GCC 11's libstdc++ (Amazon Linux 2023, RHEL 9).
 *
 * What is linked in calls them, and a linker on a newer system binds them to versions that an older one has not, and refuses to
 * start with. scripts/package checks that nothing asks for a newer version.
 */
#include "CGlibc.h"

#include <pthread.h>

/*
 * Swift's Foundation calls hypot and hypotf, which got versions of their own with glibc 2.35. These have the same results, to the
 * last bit but one: a long double has room for the squares of every double.
 */
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

/*
 * std::condition_variable::wait(std::unique_lock<std::mutex> &), which Foundation's ICU calls, got a new version with GCC 12. It is
 * this one call: a condition variable is a pthread_cond_t, and a lock begins with a pointer to its mutex, a pthread_mutex_t.
 */
struct lock {
  pthread_mutex_t *mutex;
};
void fleet_condition_wait(pthread_cond_t *condition, struct lock *lock)
    __asm__("_ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE");

void fleet_condition_wait(pthread_cond_t *condition, struct lock *lock) {
  pthread_cond_wait(condition, lock->mutex);
}
