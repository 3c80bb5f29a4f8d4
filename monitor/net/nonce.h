/* Bytes that nobody can guess: ids of questions, by which their answers are known. */
#ifndef VIBRISSE_NONCE_H
#define VIBRISSE_NONCE_H

#include <stddef.h>

/* From the kernel's generator; getrandom(2) cannot fail for so little, so a failure aborts. At most 256 bytes. */
void nonce_fill(void *bytes, size_t length);

#endif
