#include "yearbook_pages.h"

#include "folder.h"
#include "frame.h"
#include "page_report.h"

#include <string.h>

struct press {
    struct page page; /* in the language of now */
    const struct report *report;
    struct arena arena;
    yearbook_take_fn *take;
    void *owner;
    struct fault *fault;
};

static int place(struct press *press, const char *path, struct buffer *bytes)
{
    const char *whole = arena_printf(&press->arena, "%s/%sindex.html", press->page.language, path);
    int rc = bytes->overflow
                 ? fault_set(press->fault, "the page %s is larger than %d bytes", whole, PAGE_MAX)
                 : press->take(press->owner, whole, bytes, press->fault);
    buffer_fini(bytes);
    return rc;
}

static int write_hoster(struct press *press, size_t member)
{
    struct buffer bytes;
    buffer_init(&bytes, PAGE_MAX);
    page_report_hoster(&press->page, press->report, member, &bytes);
    return place(press,
                 page_report_hosters_path(press->report, press->report->members[member].hoster->id,
                                          &press->arena),
                 &bytes);
}

static int write_language(struct press *press)
{
    const struct report *report = press->report;
    struct buffer bytes;
    buffer_init(&bytes, PAGE_MAX);
    page_report(&press->page, report, &bytes);
    if (place(press, page_report_path(report, &press->arena), &bytes))
        return -1;
    buffer_init(&bytes, PAGE_MAX);
    page_report_hosters(&press->page, report, &bytes);
    if (place(press, page_report_hosters_path(report, NULL, &press->arena), &bytes))
        return -1;
    for (size_t i = 0; i < report->member_count; i++)
        if (write_hoster(press, i))
            return -1;
    return 0;
}

/* In a folder of the site they are there already, the same. */
int yearbook_pages_assets(int folder, struct fault *fault)
{
    size_t count;
    const struct page_asset *assets = page_assets(&count);
    for (size_t i = 0; i < count; i++) {
        bool needed =
            strcmp(assets[i].path, "vibrisse.css") == 0 || strcmp(assets[i].path, "icon.svg") == 0;
        if (needed &&
            folder_update(folder, assets[i].path, assets[i].bytes, assets[i].length, fault) < 0)
            return -1;
    }
    return 0;
}

int yearbook_pages(const struct page *page, const struct report *report, yearbook_take_fn *take,
                   void *owner, struct fault *fault)
{
    struct press press = {
        .page = *page, .report = report, .take = take, .owner = owner, .fault = fault};
    int rc = 0;
    for (const char *const *language = frame_languages(page->collective); rc == 0 && *language;
         language++) {
        press.page.language = *language;
        rc = write_language(&press);
    }
    arena_free(&press.arena);
    return rc;
}
