/* Nothing to call: see CGlibc.c. */
#ifndef FLEET_CGLIBC_H
#define FLEET_CGLIBC_H
#endif
