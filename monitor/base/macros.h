/* Small macros that every layer uses. None of them hides control flow. */
#ifndef VIBRISSE_MACROS_H
#define VIBRISSE_MACROS_H

#include <stddef.h>

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

/* The object that embeds `member` at `pointer`. */
#define container_of(pointer, type, member)                                                        \
    ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

/* Marks a text for the translation catalogues where it stands; it is translated where it is shown. */
#define N_(text) text

#endif
