/* A file of properties as ChatonsInfos has them: one «key = value» a line, # comments, and every way in which such files
 * are really written. Keys stay flat, since service.registration is a value and the parent of service.registration.load;
 * unknown ones are kept. Nothing in a file is fatal: what is wrong is told as remarks, each with its line.
 *
 * Encoding: UTF-8 with or without a byte order mark, else ISO-8859-1; lines end in LF, CR LF or CR. The first = parts key
 * and value (an address in the key is one of the ways). One pair of quotes around a value, the word null, and backslashes
 * before signs as Java writes them, are taken away. Texts are clean (text_clean). Pure; not thread-safe. */
#ifndef VIBRISSE_PROPERTIES_H
#define VIBRISSE_PROPERTIES_H

#include "arena.h"
#include "key_index.h"
#include "remark.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    PROPERTIES_FILE_MAX = 64 * 1024,      /* bytes; of any file but metrics */
    PROPERTIES_METRICS_MAX = 1024 * 1024, /* bytes; more is not read */
    PROPERTIES_ENTRIES_MAX = 20000,
    PROPERTIES_KEY_MAX = 256, /* bytes */
    PROPERTIES_VALUE_MAX = 8192,
};

struct property {
    const char *key;   /* in lower case */
    const char *value; /* "" = not known */
    size_t line;       /* from 1 */
    uint64_t hash;     /* hash_text(key) */
};

struct properties {
    struct arena arena;     /* owns all texts */
    struct property *list;  /* as in the file, each key once: the last one */
    struct key_index index; /* of the list */
    size_t count;
    size_t bytes; /* of the file */
};

/* `properties` is written over. False when the bytes are no such file; there are no entries then. */
bool properties_parse(struct properties *properties, const char *bytes, size_t length,
                      struct remarks *remarks);
void properties_fini(struct properties *properties);

const struct property *properties_find(const struct properties *properties, const char *key);
/* "" when it is not there. */
const char *properties_value(const struct properties *properties, const char *key);

#endif
