#include "copies.h"

#include "buffer.h"
#include "form.h"
#include "json.h"
#include "mem.h"
#include "properties.h"
#include "stamp.h"
#include "text.h"
#include "weblink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { COPIES_LINE_MAX = 8192 };

static const int64_t remembered_ms = INT64_C(400) * 24 * 60 * 60 * 1000;

/* ---- writing ---- */

static void add_text(struct buffer *out, const char *key, const char *value)
{
    if (!value)
        return;
    buffer_printf(out, ",\"%s\":", key);
    json_add_text(out, value);
}

/* Of metrics no copy is kept: what is wanted of them is. */
static void add_use(struct buffer *out, const struct usage_said *use)
{
    if (use->month[0])
        buffer_printf(out, ",\"month\":\"%s\",\"accounts\":%lld,\"active\":%lld", use->month,
                      (long long)use->accounts, (long long)use->active);
}

static void write_page(FILE *out, const struct crawl_page *page, bool is_listed)
{
    struct buffer line;
    char stamp[STAMP_SIZE];
    size_t length = is_listed && page->text ? page->length : 0;
    buffer_init(&line, COPIES_LINE_MAX);
    buffer_text_add(&line, "{\"url\":");
    json_add_text(&line, page->url);
    add_text(&line, "class", class_words[page->expected]);
    add_text(&line, "good", stamp_ms(page->good, stamp));
    add_text(&line, "id", page->id);
    add_text(&line, "etag", is_listed ? page->etag : NULL);
    add_text(&line, "modified", is_listed ? page->modified : NULL);
    if (is_listed)
        add_use(&line, &page->use);
    buffer_printf(&line, ",\"length\":%zu}\n", length);
    if (!line.overflow) {
        fwrite(line.bytes, 1, line.length, out);
        if (length) {
            fwrite(page->text, 1, length, out);
            fputc('\n', out);
        }
    }
    buffer_fini(&line);
}

int copies_write(FILE *out, const struct crawl *crawl, struct crawl_counts counts,
                 struct fault *fault)
{
    for (size_t i = 0; i < crawl->page_count; i++) {
        const struct crawl_page *page = crawl->pages[i];
        bool is_listed = page->state != CRAWL_UNLISTED;
        bool is_recent = page->good.ms + remembered_ms > crawl->now.ms;
        if (page->good.ms && (is_listed || (is_recent && page->id)))
            write_page(out, page, is_listed);
    }
    fprintf(out, "{\"members\":%zu,\"services\":%zu}\n", counts.members, counts.services);
    if (fflush(out) || ferror(out))
        return fault_set(fault, "the copies cannot be written: %s", strerror(errno));
    return 0;
}

/* ---- reading ---- */

struct copy { /* one, as it was read */
    char url[WEBLINK_MAX + 1], id[TEXT_ID_MAX + 1], class[16], etag[CRAWL_ETAG_SIZE],
        modified[CRAWL_MODIFIED_SIZE];
    int64_t good_ms;
    size_t length;
    struct usage_said use;
};

static char *or_null(char *text)
{
    return *text ? text : NULL;
}

static int64_t count_at(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    json_int_t count = json_integer_value(value);
    return json_is_integer(value) && count >= 0 && count <= USERS_MAX ? count : USERS_UNKNOWN;
}

static bool is_month(const char *text)
{
    char date[FORM_DATE_SIZE], normal[FORM_DATE_SIZE];
    return text_format(date, sizeof date, "%s-01", text) && form_date(date, normal) &&
           strcmp(date, normal) == 0;
}

static bool read_use(const json_t *object, struct usage_said *ret)
{
    *ret = (struct usage_said){.accounts = count_at(object, "accounts"),
                               .active = count_at(object, "active")};
    return json_get_text(object, "month", ret->month, sizeof ret->month) &&
           (!ret->month[0] || is_month(ret->month));
}

static bool read_copy(const json_t *object, struct copy *copy)
{
    json_int_t length = json_integer_value(json_object_get(object, "length"));
    *copy = (struct copy){0};
    copy->length = (size_t)length;
    return json_get_text(object, "url", copy->url, sizeof copy->url) && *copy->url &&
           json_get_text(object, "id", copy->id, sizeof copy->id) &&
           (!*copy->id || text_is_id(copy->id)) &&
           json_get_text(object, "class", copy->class, sizeof copy->class) &&
           json_get_text(object, "etag", copy->etag, sizeof copy->etag) &&
           json_get_text(object, "modified", copy->modified, sizeof copy->modified) &&
           read_use(object, &copy->use) && json_get_time(object, "good", &copy->good_ms) &&
           length >= 0 && length <= PROPERTIES_METRICS_MAX;
}

static bool take_copy(FILE *in, const json_t *object, struct crawl *crawl)
{
    struct copy copy;
    if (!read_copy(object, &copy))
        return false;
    struct crawl_page page = {.url = copy.url,
                              .good = {copy.good_ms},
                              .use = copy.use,
                              .id = or_null(copy.id),
                              .etag = or_null(copy.etag),
                              .modified = or_null(copy.modified),
                              .length = copy.length};
    class_parse(copy.class, &page.expected);
    page.text = copy.length ? mem_alloc(copy.length) : NULL;
    bool is_whole =
        !copy.length || (fread(page.text, 1, copy.length, in) == copy.length && fgetc(in) == '\n');
    if (is_whole)
        crawl_know(crawl, &page);
    free(page.text);
    return is_whole;
}

static bool take_counts(const json_t *object, struct crawl_counts *counts)
{
    const json_t *members = json_object_get(object, "members"),
                 *services = json_object_get(object, "services");
    if (!json_is_integer(members) || !json_is_integer(services))
        return false;
    *counts = (struct crawl_counts){(size_t)json_integer_value(members),
                                    (size_t)json_integer_value(services)};
    return true;
}

/* 1 = more is to come, 0 = that was the last line, -1 = it is damaged. */
static int take_line(FILE *in, const char *line, size_t length, struct crawl *crawl,
                     struct crawl_counts *counts)
{
    json_t *object = json_loadb(line, length, 0, NULL);
    int rc = json_object_get(object, "url") ? (take_copy(in, object, crawl) ? 1 : -1)
                                            : (take_counts(object, counts) ? 0 : -1);
    json_decref(object);
    return rc;
}

int copies_read(FILE *in, struct crawl *crawl, struct crawl_counts *ret_counts, struct fault *fault)
{
    char line[COPIES_LINE_MAX + 2];
    int rc = 1;
    size_t read = 0;
    *ret_counts = (struct crawl_counts){0};
    for (; rc > 0 && fgets(line, sizeof line, in); read++)
        rc = take_line(in, line, strlen(line), crawl, ret_counts);
    if (rc < 0 || (rc > 0 && read))
        return fault_set(fault, "the copies of the last crawl are damaged behind the first %zu",
                         read);
    return 0;
}
