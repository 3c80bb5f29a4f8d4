/* What visitors send to a form, and what comes back from the monitor: the first line is the query, then the body; after an
 * empty line the answer. */
#include "form_data.h"
#include "inquiry.h"
#include "text.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void try_path(const char *path, const struct inquiry_data *data, const char *answer,
                     size_t length)
{
    enum { PART_MAX = 1024 * 1024 };
    static const char *const languages[] = {"fr", "en", NULL};
    struct inquiry inquiry;
    struct buffer part;
    bool known = inquiry_open(path, &inquiry);
    assert(known);
    inquiry.languages = languages;
    inquiry_read(&inquiry, data);
    if (inquiry.note == INQUIRY_ASKED) {
        size_t own = strlen(inquiry.line);
        assert(own && own < INQUIRY_LINE_MAX &&
               strchr(inquiry.line, '\n') == inquiry.line + own - 1);
    }
    buffer_init(&part, PART_MAX);
    unsigned status = inquiry_draw(&inquiry, answer, length, &part);
    assert(status >= 200 && status < 600);
    assert(!part.length || text_is_utf8(part.bytes, part.length));
    assert(!strstr(buffer_text(&part), "<script") && !strstr(buffer_text(&part), INQUIRY_END));
    buffer_fini(&part);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const char *all = (const char *)bytes;
    const char *line = length ? memchr(all, '\n', length) : NULL;
    size_t query = line ? (size_t)(line - all) : length, rest = line ? query + 1 : length;
    const char *gap = length - rest ? memmem(all + rest, length - rest, "\n\n", 2) : NULL;
    size_t body = gap ? (size_t)(gap - all) - rest : length - rest;
    size_t answer = gap ? rest + body + 2 : length;
    static const char *const paths[] = {"/fr/check/", "/en/check/", "/fr/alerts/", "/en/alerts/"};
    for (int i = 0; i < 8; i++) {
        struct inquiry_data data = {all, all + rest, query, body, i % 2};
        try_path(paths[i / 2], &data, gap ? all + answer : NULL, length - answer);
    }
    return 0;
}
