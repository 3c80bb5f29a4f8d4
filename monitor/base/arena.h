/* Memory that is freed all at once: a loaded configuration, the view of one page. Allocation never fails
 * (see mem.h). Not thread-safe; an arena belongs to one owner. */
#ifndef VIBRISSE_ARENA_H
#define VIBRISSE_ARENA_H

#include <stddef.h>

struct arena {
    struct arena_block *blocks; /* newest first */
};

/* An arena that is all zero is empty and ready. */
void *arena_alloc(struct arena *arena, size_t size);                 /* zeroed */
void *arena_array(struct arena *arena, size_t count, size_t size);   /* zeroed */
char *arena_text(struct arena *arena, const char *text);             /* copy; NULL gives NULL */
char *arena_bytes(struct arena *arena, const char *bytes, size_t n); /* copy, NUL added */
__attribute__((format(printf, 2, 3))) char *arena_printf(struct arena *arena, const char *format,
                                                         ...);
void arena_free(struct arena *arena); /* leaves it empty and ready */

#endif
