#include "oracle.h"

#include "mem.h"
#include "scratch.h"

#include "testing.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* "1767322860: 1.0000000000e+00 -nan" */
static bool read_row(const char *line, struct oracle_row *row)
{
    char *rest;
    row->at = strtoll(line, &rest, 10);
    if (rest == line || *rest != ':')
        return false;
    rest++;
    for (size_t i = 0; i < ORACLE_SOURCES_MAX && *rest; i++)
        row->value[i] = strtod(rest, &rest);
    return true;
}

struct oracle_row *oracle_fetch(const char *path, const char *function, int64_t step, int64_t from,
                                int64_t to, size_t *ret_count)
{
    if (from >= to) { /* rrdtool takes no empty period */
        *ret_count = 0;
        return mem_zalloc(sizeof(struct oracle_row));
    }
    /* rrdtool gives one more row than it was asked for when the end is aligned. */
    char *text = scratch_run("LC_ALL=C rrdtool fetch %s %s -r %lld -s %lld -e %lld", path, function,
                             (long long)step, (long long)from, (long long)to - 1);
    struct oracle_row *rows = mem_array((size_t)((to - from) / step) + 2, sizeof *rows), row;
    char *rest = text;
    *ret_count = 0;
    for (char *line; (line = strsep(&rest, "\n"));) {
        if (read_row(line, &row) && row.at > from && row.at <= to)
            rows[(*ret_count)++] = row;
    }
    free(text);
    assert_int_equal(*ret_count, (to - from) / step);
    return rows;
}

int64_t oracle_last(const char *path)
{
    char *text = scratch_run("rrdtool last %s", path);
    int64_t last = strtoll(text, NULL, 10);
    free(text);
    return last;
}
