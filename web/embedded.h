/* Files that the build puts into the program (see CMakeLists.txt). */
#ifndef VIBRISSE_EMBEDDED_H
#define VIBRISSE_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *name;
    const unsigned char *bytes;
    size_t length;
};

/* The compiled catalogue of a language, or NULL. */
const struct embedded_file *embedded_catalogue(const char *language);

#endif
