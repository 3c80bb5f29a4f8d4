/* The journal that the last crawl left in DATA/register, for its page. The recorder's thread. */
#ifndef VIBRISSE_REGISTER_FILE_H
#define VIBRISSE_REGISTER_FILE_H

#include "register_log.h"

#include <stdbool.h>
#include <sys/stat.h>

enum { REGISTER_ENTRIES_MAX = 5000 };

struct register_file { /* zeroed = nothing was read yet */
    struct register_log log;
    struct stat from; /* the file that it is from */
};

/* Whether another one lies there than was read last, and is taken now. */
bool register_file_look(struct register_file *file, const char *data);
const struct register_log *
register_file_log(const struct register_file *file); /* NULL = nothing was read yet */
void register_file_fini(struct register_file *file);

#endif
