/* Bytes as RFCs print them: "01 01 00 3c". */
#ifndef VIBRISSE_HEX_H
#define VIBRISSE_HEX_H

#include <stddef.h>
#include <stdint.h>

/* Returns how many. Text in 'quotes' stands for itself. Fails the test when it is no such text or does not fit. */
size_t hex_read(const char *text, uint8_t *ret, size_t size);

#endif
