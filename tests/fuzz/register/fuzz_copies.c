/* Any bytes as what a crawl left for the next one: what is known of it is good, serves where nothing answers, and is left
 * whole for the crawl after that. */
#include "copies.h"

#include "text.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const char federation[] = "https://f.example/f";
static const struct wall now = {INT64_C(1768478400000)}; /* 2026-01-15T12:00:00Z */

/* Read once: it is the same for all. */
static const struct ontology *ontology_of_all(void)
{
    static struct ontology ontology;
    if (!ontology.row_count)
        ontology_read(&ontology, ontology_builtin);
    return &ontology;
}

static void check_pages(const struct crawl *crawl)
{
    assert(crawl->page_count <= CRAWL_PAGES_MAX && crawl->copied <= CRAWL_COPIES_MAX);
    for (size_t i = 0; i < crawl->page_count; i++) {
        const struct crawl_page *page = crawl->pages[i];
        assert(page->url && *page->url && text_is_utf8(page->url, strlen(page->url)));
        assert(!page->id || text_is_id(page->id));
    }
}

/* Nothing answers: all that is asked for is as it was. */
static void crawl_in_vain(struct crawl *crawl)
{
    static const struct crawl_answer refused = {
        .reason = REASON_connect_refused, .detail = "", .body = "", .etag = "", .modified = ""};
    char header[CRAWL_ETAG_SIZE + 32];
    crawl_begin(crawl, federation);
    for (struct crawl_page *page; (page = crawl_next(crawl));) {
        if (crawl_condition(page, header, sizeof header))
            assert(!strpbrk(header, "\r\n"));
        crawl_take(crawl, page, &refused);
    }
    assert(crawl_is_over(crawl));
}

static size_t count_good(const struct crawl *crawl)
{
    size_t count = 0;
    for (size_t i = 0; i < crawl->page_count; i++)
        count += crawl->pages[i]->declaration != NULL;
    return count;
}

/* What is left now can be read, and serves as well as this did. */
static void leave(const struct crawl *crawl, const struct crawl_counts *counts)
{
    char *left = NULL;
    size_t length = 0;
    struct fault fault;
    struct crawl next;
    struct crawl_counts read;
    FILE *file = open_memstream(&left, &length);
    assert(file && copies_write(file, crawl, *counts, &fault) == 0);
    fclose(file);
    crawl_init(&next, ontology_of_all(), now);
    file = fmemopen(left, length, "r");
    assert(file && copies_read(file, &next, &read, &fault) == 0);
    fclose(file);
    assert(read.members == counts->members && read.services == counts->services);
    crawl_in_vain(&next);
    assert(count_good(&next) == count_good(crawl));
    crawl_fini(&next);
    free(left);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct crawl crawl;
    struct members members;
    struct crawl_counts counts;
    struct fault fault;
    FILE *in = length ? fmemopen((void *)(uintptr_t)bytes, length, "r") : NULL;
    if (!in)
        return 0;
    crawl_init(&crawl, ontology_of_all(), now);
    if (copies_read(in, &crawl, &counts, &fault))
        assert(!counts.members && !counts.services);
    fclose(in);
    check_pages(&crawl);
    crawl_in_vain(&crawl);
    crawl_members(&crawl, &members);
    counts = crawl_count(&members);
    members_fini(&members);
    leave(&crawl, &counts);
    crawl_fini(&crawl);
    return 0;
}
