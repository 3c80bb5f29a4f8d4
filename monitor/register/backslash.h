/* Backslashes as java.util.Properties writes them: \: \= \# \! before signs, \u00e9 for a letter. Others stay: in a text
 * of ChatonsInfos \n is a line break. Pure. */
#ifndef VIBRISSE_BACKSLASH_H
#define VIBRISSE_BACKSLASH_H

#include <stdbool.h>
#include <stddef.h>

/* Takes them away in place; true when there were any. The text never grows. Valid UTF-8 stays valid. */
bool backslash_remove(char *text, size_t *length);

#endif
