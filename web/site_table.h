/* What a site has to offer: URL path -> file, found by exact match in memory. A URL never becomes a file name; paths come
 * from scanning the folder, and what is not in the table does not exist. Not thread-safe. */
#ifndef VIBRISSE_SITE_TABLE_H
#define VIBRISSE_SITE_TABLE_H

#include "arena.h"
#include "clock.h"
#include "fault.h"
#include "site_cache.h"
#include "site_file.h"
#include "site_stamp.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SITE_TABLE_MOST = 100000 }; /* files and folders */

struct site_entry {
    const char *path; /* "/fr/h/chat-perche/", "/metrics": as asked for */
    /* What is known of the content; the owner of the table keeps it. */
    struct site_identity identity;
    uint64_t hash;       /* of the content; 0 = never read */
    struct mono checked; /* when the identity was last compared */
    bool has_slot;       /* it says of measurements when they were, see site_load.h */
    struct site_body *bodies[ENCODING_COUNT];
};

struct site_table {
    struct arena arena;
    struct site_entry *entries; /* by path */
    size_t count, capacity;
    size_t seen; /* files and folders looked at, skipped ones too */
};

/* Reads the folder anew into an empty table. Symbolic links, dot files, other names than site_file_is_name(), and what
 * lies deeper than SITE_FILE_DEPTH are left out. A folder that cannot be read gives -1; one below it is left out. */
int site_table_scan(struct site_table *table, int folder, struct fault *fault);
void site_table_free(
    struct site_table *table); /* the bodies must be gone: see site_cache_clear() */

/* "/x/index.html" finds "/x/". NULL when there is none. */
struct site_entry *site_table_find(const struct site_table *table, const char *path, size_t length);
/* The file below the folder that the entry stands for. */
void site_entry_file(const struct site_entry *entry, char file[SITE_FILE_NAME_MAX]);

/* Moves what is known of entries from an old table to those of the same path in a new one, and drops the rest. */
void site_table_inherit(struct site_table *table, struct site_table *old, struct site_cache *cache);

/* Folders at the top named like a language ("fr") that have a page; at most `most`. Returns how many. */
size_t site_table_languages(const struct site_table *table, char (*ret)[SITE_LANGUAGE_SIZE],
                            size_t most);

#endif
