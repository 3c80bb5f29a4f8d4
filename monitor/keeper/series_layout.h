/* What our RRD files look like: sources, archives and sizes, and how to know one of ours from its first bytes without
 * librrd. Pure. Numbers lie in the machine's own order (rrd_format.h of librrd 1.7; the sizes hold on 64 bits). */
#ifndef VIBRISSE_SERIES_LAYOUT_H
#define VIBRISSE_SERIES_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The numbers are in journals: new ones go last. */
enum series_kind {
    SERIES_AVAIL,
    SERIES_LATENCY,
    SERIES_CERTIFICATE,
    SERIES_LINE,
    SERIES_KIND_COUNT
};

enum { SERIES_SOURCES_MAX = 5, SERIES_HEADER_MAX = 4096 };

struct series_layout {
    enum series_kind kind;
    bool compact;
    int64_t step; /* s */
    int64_t
        heartbeat; /* s; 0 = two and a half intervals of the check, see series_layout_heartbeat() */
    const char *minimum; /* of every source, as rrdtool takes it */
    const char *const *sources;
    size_t source_count;
    const struct series_archive {
        const char *text; /* as rrdtool takes it */
        size_t rows;
    } * archives;
    size_t archive_count;
};

const struct series_layout *series_layout_of(enum series_kind kind, bool compact);

/* Whether it tells stretches of states (SERIES_AVAIL, SERIES_LINE) rather than values of steps. */
bool series_layout_has_states(const struct series_layout *layout);

size_t series_layout_header(
    const struct series_layout *layout); /* bytes before the first row; <= SERIES_HEADER_MAX */
size_t series_layout_size(const struct series_layout *layout); /* bytes of the file */

/* How long a value may stand for what came before it, s. */
int64_t series_layout_heartbeat(const struct series_layout *layout, int64_t interval_ms);

/* Of the first source, as the file has it. */
int64_t series_layout_heartbeat_in(const unsigned char *header);
/* Where the heartbeat of a source lies: a u64 that may be overwritten in place. */
size_t series_layout_heartbeat_at(size_t source);

/* Whether `header` (series_layout_header() bytes) begins a file of this layout; if so, the time of its last update.
 * Else *ret_why says what is wrong with it. */
bool series_layout_fits(const struct series_layout *layout, const unsigned char *header,
                        int64_t *ret_last, const char **ret_why);

#endif
