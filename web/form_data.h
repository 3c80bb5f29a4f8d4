/* What a form sends: application/x-www-form-urlencoded (WHATWG URL, section 5), and the query of an address, which has the
 * same form. Pure. */
#ifndef VIBRISSE_FORM_DATA_H
#define VIBRISSE_FORM_DATA_H

#include <stdbool.h>
#include <stddef.h>

/* The first value of that name, decoded: + is a blank, %41 is A. False where there is none, or where it is longer than
 * `size` allows, badly encoded, no UTF-8, or holds control characters: `to` is then "". */
bool form_data_value(const char *data, size_t length, const char *name, char *to, size_t size);

#endif
