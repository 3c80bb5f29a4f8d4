#include "crawl_report.h"

#include "json.h"
#include "stamp.h"

#include <string.h>

enum { PIECE_MAX = 8 * 1024 * 1024 };

static void add_text(struct buffer *out, const char *key, const char *value)
{
    if (!value || !*value)
        return;
    buffer_printf(out, ",\"%s\":", key);
    json_add_text(out, value);
}

/* ---- for programs ---- */

static void add_service(const struct member_service *service, struct buffer *out)
{
    buffer_printf(out, "{\"id\":\"%s\"", service->id);
    add_text(out, "name", service->name);
    add_text(out, "url", service->url);
    add_text(out, "software", service->software);
    add_text(out, "declared", declared_words[service->declaration->state]);
    buffer_printf(out, ",\"fate\":\"%s\",\"listed_elsewhere\":%s", fate_words[service->fate],
                  service->listed_elsewhere ? "true" : "false");
    add_text(out, "source", service->source);
    buffer_byte(out, '}');
}

static void add_member(const struct member *member, struct buffer *out)
{
    buffer_printf(out, "{\"id\":\"%s\"", member->id);
    add_text(out, "name", member->name);
    add_text(out, "website", member->website);
    add_text(out, "declared", presence_words[members_presence(member)]);
    add_text(out, "fate", fate_words[member->fate]);
    add_text(out, "source", member->source);
    buffer_text_add(out, ",\"services\":[");
    for (size_t i = 0; i < member->service_count; i++) {
        buffer_text_add(out, i ? "," : "");
        add_service(&member->services[i], out);
    }
    buffer_text_add(out, "]}");
}

static void add_page(const struct crawl_page *page, struct buffer *out)
{
    char stamp[STAMP_SIZE];
    buffer_text_add(out, "{\"url\":");
    json_add_text(out, page->url);
    add_text(out, "state", crawl_state_words[page->state]);
    add_text(out, "class",
             page->declaration ? class_words[page->declaration->class] : class_words[0]);
    add_text(out, "reason", reason_code(page->reason));
    add_text(out, "detail", page->detail);
    if (page->status)
        buffer_printf(out, ",\"status\":%d", page->status);
    if (page->good.ms)
        add_text(out, "good", stamp_seconds(wall_seconds(page->good), stamp));
    buffer_text_add(out, ",\"findings\":[");
    for (size_t i = 0; i < page->remarks.count; i++) {
        buffer_text_add(out, i ? "," : "");
        remark_json(&page->remarks.list[i], NULL, out);
    }
    buffer_text_add(out, "]}");
}

/* One at a time: all of them together may be large. */
static void flush(struct buffer *piece, FILE *out)
{
    fwrite(buffer_text(piece), 1, piece->length, out);
    buffer_clear(piece);
}

void crawl_report_json(const struct crawl *crawl, const struct members *members, FILE *out)
{
    struct buffer piece;
    size_t written = 0;
    buffer_init(&piece, PIECE_MAX);
    buffer_text_add(&piece, "{\"members\":[");
    for (size_t i = 0; i < members->count; i++) {
        buffer_text_add(&piece, i ? ",\n" : "\n");
        add_member(&members->list[i], &piece);
        flush(&piece, out);
    }
    buffer_text_add(&piece, "],\n\"files\":[");
    for (size_t i = 0; i < crawl->page_count; i++) {
        if (crawl->pages[i]->state == CRAWL_UNLISTED)
            continue;
        buffer_text_add(&piece, written++ ? ",\n" : "\n");
        add_page(crawl->pages[i], &piece);
        flush(&piece, out);
    }
    buffer_printf(&piece, "],\n\"left_out\":%zu}\n", crawl->left_out);
    flush(&piece, out);
    buffer_fini(&piece);
}

/* ---- for people ---- */

static const char *declared_aside(enum declared_state state)
{
    return state == DECLARED_MAINTENANCE ? ", declared under maintenance"
           : state == DECLARED_ALERT     ? ", declared in trouble"
           : state == DECLARED_DOWN      ? ", declared down"
                                         : "";
}

static void print_service(const struct member_service *service, struct buffer *out)
{
    buffer_printf(out, "  %s: %s", service->id, service->name);
    if (service->url)
        buffer_printf(out, ", %s", service->url);
    if (service->software)
        buffer_printf(out, ", %s", service->software);
    buffer_printf(out, " (%s%s%s)\n", fate_words[service->fate],
                  declared_aside(service->declaration->state),
                  service->listed_elsewhere ? ", listed by another as well" : "");
}

void crawl_report_members(const struct members *members, struct buffer *out)
{
    for (size_t i = 0; i < members->count; i++) {
        const struct member *member = &members->list[i];
        buffer_printf(out, "%s: %s%s\n", member->id, member->name,
                      member->fate == FATE_OVER ? " (has left)" : "");
        for (size_t j = 0; j < member->service_count; j++)
            print_service(&member->services[j], out);
    }
}

void crawl_report_page(const struct crawl_page *page, struct buffer *out)
{
    char stamp[STAMP_SIZE];
    if (page->reason != REASON_ok) {
        buffer_printf(out, "%s:1: error: %s", page->url, reason_sentence(page->reason));
        if (page->reason == REASON_http_status)
            buffer_printf(out, " (status %d)", page->status);
        else if (page->detail[0])
            buffer_printf(out, " (%s)", page->detail);
        buffer_byte(out, '\n');
    }
    for (size_t i = 0; i < page->remarks.count; i++)
        remark_print(&page->remarks.list[i], page->url, NULL, out);
    if (page->state == CRAWL_KEPT)
        buffer_printf(out, "%s:1: notice: it is taken as it was at %s\n", page->url,
                      stamp_seconds(wall_seconds(page->good), stamp));
}

static void print_count(struct buffer *out, size_t count, const char *noun, const char *after)
{
    buffer_printf(out, "%zu %s%s%s", count, noun, count == 1 ? "" : "s", after);
}

void crawl_report_summary(const struct crawl *crawl, const struct members *members,
                          struct buffer *out)
{
    size_t states[CRAWL_LOST + 1] = {0}, services = 0;
    for (size_t i = 0; i < crawl->page_count; i++)
        states[crawl->pages[i]->state]++;
    for (size_t i = 0; i < members->count; i++)
        services += members->list[i].service_count;
    print_count(out, members->count, "member", ", ");
    print_count(out, services, "service", "; ");
    print_count(out, crawl->page_count - states[CRAWL_UNLISTED], "file", ": ");
    buffer_printf(out, "%zu read, %zu unchanged, %zu kept from earlier, %zu not readable",
                  states[CRAWL_FRESH], states[CRAWL_UNCHANGED], states[CRAWL_KEPT],
                  states[CRAWL_LOST]);
    if (crawl->left_out)
        buffer_printf(out, "; %zu more listed than are read", crawl->left_out);
    buffer_text_add(out, ".\n");
}
