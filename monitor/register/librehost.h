/* librehost.json of the Librehosters network (schema 0.0.1), which tells who a hoster is, and their directory.json, which
 * has a name and an address for each: a second and smaller source of what ChatonsInfos tells. Services are not in it. Pure. */
#ifndef VIBRISSE_LIBREHOST_H
#define VIBRISSE_LIBREHOST_H

#include "declaration.h"
#include "remark.h"

#include <stddef.h>

enum { LIBREHOST_MAX = 64 * 1024 }; /* bytes */

/* An organization, or a federation for a directory; class CLASS_UNKNOWN when it is neither. `ret` is written over; free it
 * with declaration_fini(). */
void librehost_read(const char *bytes, size_t length, struct declaration *ret,
                    struct remarks *remarks);

#endif
