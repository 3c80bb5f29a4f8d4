#include "silence.h"

#include "text.h"

#include <string.h>

static bool concerns(const char *subject, const char *service)
{
    size_t length = strlen(subject);
    if (!length)
        return true;
    return strncmp(subject, service, length) == 0 &&
           (service[length] == '\0' || service[length] == '/');
}

static void drop(struct silences *silences, size_t i)
{
    silences->count--;
    memmove(&silences->list[i], &silences->list[i + 1],
            (silences->count - i) * sizeof silences->list[0]);
}

static void drop_where(struct silences *silences, const char *subject, int64_t now)
{
    for (size_t i = silences->count; i-- > 0;)
        if (strcmp(silences->list[i].subject, subject) == 0 || silences->list[i].until <= now)
            drop(silences, i);
}

bool silences_set(struct silences *silences, const char *subject, int64_t from, int64_t until)
{
    drop_where(silences, subject, from);
    if (until <= from)
        return true;
    if (silences->count == SILENCES_MAX)
        return false;
    struct silence *silence = &silences->list[silences->count++];
    *silence = (struct silence){.from = from, .until = until};
    text_copy(silence->subject, sizeof silence->subject, subject);
    return true;
}

int64_t silences_until(const struct silences *silences, const char *service, int64_t now)
{
    int64_t until = 0;
    for (size_t i = 0; i < silences->count; i++) {
        const struct silence *silence = &silences->list[i];
        if (concerns(silence->subject, service) && now >= silence->from && now < silence->until &&
            silence->until > until)
            until = silence->until;
    }
    return until;
}
