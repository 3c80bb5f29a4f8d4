#include "maintenance.h"

#include "json.h"
#include "stamp.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

bool maintenance_concerns(const struct maintenance *maintenance, const char *service_key)
{
    size_t length = strlen(maintenance->subject);
    if (length == 0 || strcmp(maintenance->subject, service_key) == 0)
        return true;
    return strncmp(maintenance->subject, service_key, length) == 0 && service_key[length] == '/';
}

bool occurrence_is_late(const struct occurrence *occurrence)
{
    return occurrence->of->announced_ms > occurrence->from * 1000;
}

bool occurrence_as_of(const struct occurrence *occurrence, int64_t as_of, struct occurrence *ret)
{
    int64_t cancelled = occurrence->of->cancelled;
    *ret = *occurrence;
    if (occurrence->of->announced_ms / 1000 > as_of)
        return false;
    if (cancelled && cancelled <= as_of && cancelled < ret->to)
        ret->to = cancelled;
    return ret->from < ret->to;
}

/* ---- what counts ---- */

static int compare_stretches(const void *left, const void *right)
{
    const struct stretch *a = left, *b = right;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return (a->to > b->to) - (a->to < b->to);
}

static size_t take_timely(const struct occurrence *occurrences, size_t count,
                          struct stretch *stretches)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        struct occurrence final;
        if (!occurrence_is_late(&occurrences[i]) &&
            occurrence_as_of(&occurrences[i], INT64_MAX, &final))
            stretches[used++] = (struct stretch){final.from, final.to};
    }
    return used;
}

static size_t merge(struct stretch *stretches, size_t count)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        struct stretch *last = used ? &stretches[used - 1] : NULL;
        if (!last || stretches[i].from > last->to)
            stretches[used++] = stretches[i];
        else if (stretches[i].to > last->to)
            last->to = stretches[i].to;
    }
    return used;
}

/* The part of the stretches that lies in the year, up to the most. */
static size_t fill_year(const struct stretch *stretches, size_t count, const struct stretch *year,
                        struct stretch *to)
{
    size_t used = 0;
    int64_t left = MAINTENANCE_YEAR_MOST_S;
    for (size_t i = 0; i < count && left > 0; i++) {
        struct stretch part = stretches[i];
        if (part.from < year->from)
            part.from = year->from;
        if (part.to > year->to)
            part.to = year->to;
        if (part.to - part.from > left)
            part.to = part.from + left;
        if (part.to <= part.from)
            continue;
        left -= part.to - part.from;
        to[used++] = part;
    }
    return used;
}

size_t maintenance_counted(const struct occurrence *occurrences, size_t count,
                           const struct stretch *years, size_t year_count, struct arena *arena,
                           const struct stretch **ret)
{
    struct stretch *all = arena_array(arena, count + 1, sizeof *all);
    struct stretch *counted = arena_array(arena, count + year_count + 1, sizeof *counted);
    size_t used = 0;
    count = take_timely(occurrences, count, all);
    qsort(all, count, sizeof *all, compare_stretches);
    count = merge(all, count);
    for (size_t i = 0; i < year_count; i++)
        used += fill_year(all, count, &years[i], counted + used);
    *ret = counted;
    return merge(counted, used); /* what goes on over midnight of a new year is one */
}

/* ---- facts ---- */

void maintenance_write(const struct maintenance *maintenance, struct buffer *out)
{
    char stamp[STAMP_SIZE];
    buffer_printf(out, "{\"action\":\"add\",\"to\":\"%s\"", stamp_seconds(maintenance->to, stamp));
    if (maintenance->every) {
        buffer_text_add(out, ",\"every\":");
        json_add_text(out, maintenance->every);
    }
    statement_write(&maintenance->said, out);
    buffer_byte(out, '}');
}

int maintenance_read(const json_t *facts, struct maintenance *ret, struct arena *arena,
                     struct fault *fault)
{
    int64_t to_ms;
    char every[MAINTENANCE_EVERY_SIZE];
    if (!json_get_time(facts, "to", &to_ms))
        return fault_set(fault, "the end is missing");
    ret->to = to_ms / 1000;
    if (ret->to <= ret->from)
        return fault_set(fault, "it ends before it begins");
    if (ret->to - ret->from > MAINTENANCE_LENGTH_MOST_S)
        return fault_set(fault, "it lasts more than %d days; announce it in parts",
                         MAINTENANCE_LENGTH_MOST_S / 86400);
    if (!json_get_text(facts, "every", every, sizeof every))
        return fault_set(fault, "the recurrence is no text");
    ret->every = *every ? arena_text(arena, every) : NULL;
    return statement_read(facts, &ret->said, arena, fault);
}
