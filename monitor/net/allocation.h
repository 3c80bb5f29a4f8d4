/* The memory of OpenSSL and c-ares, and that of libcurl (transfer.c), comes by the rule of mem.h as well: without it the process
 * says so and ends. These libraries make of a lack of memory what looks like a fault of the peer, a wrong host name or a bad
 * signature, and no caller can tell the two apart. */
#ifndef VIBRISSE_ALLOCATION_H
#define VIBRISSE_ALLOCATION_H

/* Once, at the very beginning of main(): before any of these libraries is used, and before there are threads. */
void allocation_guard(void);

#endif
