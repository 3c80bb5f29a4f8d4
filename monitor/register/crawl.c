#include "crawl.h"

#include "figures.h"
#include "hash.h"
#include "lint.h"
#include "mem.h"
#include "properties.h"
#include "rules.h"
#include "text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 8192 };

const char *const crawl_state_words[] = {"unlisted",  "waiting", "asked", "fresh",
                                         "unchanged", "kept",    "lost",  NULL};

struct crawl_host {
    const char *name;
    struct crawl_page *first, *last; /* files that wait */
    size_t in_flight, fails;         /* fails: in a row */
    enum reason reason;              /* of the newest fail */
    bool is_ready;                   /* in the list of those */
    struct crawl_host *next_ready, *next_of_bucket;
};

static const enum file_class class_at[] = {CLASS_FEDERATION, CLASS_ORGANIZATION, CLASS_SERVICE,
                                           CLASS_METRICS};
enum { LEVEL_ORGANIZATION = 1, LEVEL_LAST = 3 };

void crawl_init(struct crawl *crawl, const struct ontology *ontology, struct wall now)
{
    *crawl = (struct crawl){.ontology = ontology, .now = now};
    crawl->page_buckets = mem_array(BUCKETS, sizeof(struct crawl_page *));
    crawl->host_buckets = mem_array(BUCKETS, sizeof(struct crawl_host *));
}

static void drop_declaration(struct crawl_page *page)
{
    if (page->declaration)
        declaration_fini(page->declaration);
    free(page->declaration);
    page->declaration = NULL;
}

static void drop_copy(struct crawl *crawl, struct crawl_page *page)
{
    crawl->copied -= page->text ? page->length : 0;
    free(page->text);
    free(page->etag);
    free(page->modified);
    page->text = page->etag = page->modified = NULL;
    page->length = 0;
}

void crawl_fini(struct crawl *crawl)
{
    for (size_t i = 0; i < crawl->page_count; i++) {
        drop_copy(crawl, crawl->pages[i]);
        drop_declaration(crawl->pages[i]);
        remarks_fini(&crawl->pages[i]->remarks);
    }
    free(crawl->pages);
    free(crawl->entries);
    free(crawl->page_buckets);
    free(crawl->host_buckets);
    arena_free(&crawl->arena);
    *crawl = (struct crawl){0};
}

/* ---- hosts ---- */

/* With its port: another server. */
static size_t find_host(const char *url, const char **ret)
{
    const char *mark = strstr(url, "://");
    *ret = mark ? mark + 3 : url;
    return strcspn(*ret, "/?#");
}

static struct crawl_host *host_of(struct crawl *crawl, const char *url)
{
    const char *name;
    size_t length = find_host(url, &name);
    struct crawl_host **bucket = &crawl->host_buckets[hash_bytes(name, length) % BUCKETS];
    for (struct crawl_host *host = *bucket; host; host = host->next_of_bucket)
        if (strlen(host->name) == length && strncmp(host->name, name, length) == 0)
            return host;
    struct crawl_host *host = arena_alloc(&crawl->arena, sizeof *host);
    host->name = arena_bytes(&crawl->arena, name, length);
    host->next_of_bucket = *bucket;
    *bucket = host;
    return host;
}

static void make_ready(struct crawl *crawl, struct crawl_host *host)
{
    if (host->is_ready || !host->first || host->in_flight >= CRAWL_HOST_MAX)
        return;
    host->is_ready = true;
    host->next_ready = NULL;
    if (crawl->ready)
        crawl->ready_last->next_ready = host;
    else
        crawl->ready = host;
    crawl->ready_last = host;
}

static struct crawl_page *take_waiting(struct crawl *crawl, struct crawl_host *host)
{
    struct crawl_page *page = host->first;
    host->first = page->next_of_host;
    crawl->waiting--;
    return page;
}

struct crawl_page *crawl_next(struct crawl *crawl)
{
    if (crawl->in_flight >= CRAWL_FLIGHT_MAX)
        return NULL;
    while (crawl->ready) {
        struct crawl_host *host = crawl->ready;
        crawl->ready = host->next_ready;
        host->is_ready = false;
        if (!host->first) /* given up meanwhile */
            continue;
        struct crawl_page *page = take_waiting(crawl, host);
        page->state = CRAWL_ASKED;
        crawl->in_flight++;
        host->in_flight++;
        make_ready(crawl, host);
        return page;
    }
    return NULL;
}

bool crawl_is_over(const struct crawl *crawl)
{
    return !crawl->waiting && !crawl->in_flight;
}

bool crawl_is_lost(const struct crawl *crawl)
{
    for (size_t i = 0; i < crawl->entry_count; i++)
        if (crawl->entries[i].parent == MEMBERS_NO_PARENT && !crawl->entries[i].page->declaration)
            return true;
    return false;
}

/* ---- pages ---- */

static struct crawl_page *find_page(const struct crawl *crawl, const char *url)
{
    struct crawl_page *page = crawl->page_buckets[hash_text(url) % BUCKETS];
    while (page && strcmp(page->url, url) != 0)
        page = page->next_of_bucket;
    return page;
}

static struct crawl_page *add_page(struct crawl *crawl, const char *url)
{
    struct crawl_page **bucket = &crawl->page_buckets[hash_text(url) % BUCKETS];
    struct crawl_page *page = arena_alloc(&crawl->arena, sizeof *page);
    void *pages = crawl->pages;
    mem_grow(&pages, &crawl->page_capacity, crawl->page_count + 1, sizeof(struct crawl_page *));
    crawl->pages = pages;
    crawl->pages[crawl->page_count++] = page;
    page->url = arena_text(&crawl->arena, url);
    page->detail = "";
    page->first_entry = SIZE_MAX;
    page->next_of_bucket = *bucket;
    *bucket = page;
    return page;
}

void crawl_know(struct crawl *crawl, const struct crawl_page *copy)
{
    if (find_page(crawl, copy->url) || crawl->page_count >= CRAWL_PAGES_MAX)
        return;
    struct crawl_page *page = add_page(crawl, copy->url);
    page->expected = copy->expected;
    page->etag = mem_text(copy->etag);
    page->modified = mem_text(copy->modified);
    page->good = copy->good;
    page->use = copy->use;
    page->id = arena_text(&crawl->arena, copy->id);
    if (!copy->text || crawl->copied + copy->length > CRAWL_COPIES_MAX)
        return;
    page->text = mem_alloc(copy->length + 1);
    memcpy(page->text, copy->text, copy->length);
    page->text[copy->length] = '\0';
    page->length = copy->length;
    crawl->copied += copy->length;
}

static void let_wait(struct crawl *crawl, struct crawl_page *page)
{
    struct crawl_host *host = page->host = host_of(crawl, page->url);
    page->state = CRAWL_WAITING;
    page->next_of_host = NULL;
    if (host->first)
        host->last->next_of_host = page;
    else
        host->first = page;
    host->last = page;
    crawl->waiting++;
    make_ready(crawl, host);
}

/* ---- entries ---- */

static bool is_done(const struct crawl_page *page)
{
    return page->state >= CRAWL_FRESH;
}

static bool has_entry(const struct crawl *crawl, const struct crawl_page *page, int parent)
{
    for (size_t i = page->first_entry; i != SIZE_MAX; i = crawl->entries[i].next)
        if (crawl->entries[i].parent == parent)
            return true;
    return false;
}

static size_t add_entry(struct crawl *crawl, struct crawl_page *page, const char *name, int parent,
                        int level)
{
    void *entries = crawl->entries;
    size_t index = crawl->entry_count++;
    mem_grow(&entries, &crawl->entry_capacity, crawl->entry_count, sizeof *crawl->entries);
    crawl->entries = entries;
    crawl->entries[index] = (struct crawl_entry){
        .page = page,
        .name = arena_text(&crawl->arena, name),
        .parent = parent,
        .level = level,
        .owner = level > LEVEL_ORGANIZATION ? crawl->entries[parent].owner : index,
        .next = page->first_entry,
    };
    page->first_entry = index;
    return index;
}

/* False when the line is one too many. */
static bool has_room(struct crawl *crawl, const struct crawl_page *known, size_t parent, int level)
{
    bool is_new = !known || known->state == CRAWL_UNLISTED;
    bool crowded =
        crawl->entry_count >= CRAWL_ENTRIES_MAX || (!known && crawl->page_count >= CRAWL_PAGES_MAX);
    if (level > LEVEL_ORGANIZATION && is_new) {
        struct crawl_entry *owner = &crawl->entries[crawl->entries[parent].owner];
        crowded = crowded || owner->below >= CRAWL_BELOW_MAX;
        owner->below += !crowded;
    }
    crawl->left_out += crowded;
    return !crowded;
}

static void descend(struct crawl *crawl, size_t index);

static void follow(struct crawl *crawl, size_t parent, const struct declaration_sub *sub, int level)
{
    struct crawl_page *page = find_page(crawl, sub->url);
    if ((page && has_entry(crawl, page, (int)parent)) || !has_room(crawl, page, parent, level))
        return;
    if (!page)
        page = add_page(crawl, sub->url);
    size_t index = add_entry(crawl, page, sub->name, (int)parent, level);
    if (page->state == CRAWL_UNLISTED) {
        page->expected = class_at[level];
        let_wait(crawl, page);
    } else if (is_done(page))
        descend(crawl, index);
}

/* What a done page lists, for one entry of it. Entries may move meanwhile. At most as deep as there are levels. */
static void descend(struct crawl *crawl, size_t index)
{
    struct crawl_entry *entry = &crawl->entries[index];
    const struct declaration *declaration = entry->page->declaration;
    if (!declaration || crawl->alone || entry->level >= LEVEL_LAST)
        return;
    if (entry->parent == MEMBERS_NO_PARENT && declaration->class == CLASS_ORGANIZATION)
        entry->level = LEVEL_ORGANIZATION;
    int level = entry->level + 1;
    if (declaration->class != class_at[entry->level])
        return;
    for (size_t i = 0; i < declaration->sub_count; i++)
        follow(crawl, index, &declaration->subs[i], level);
}

void crawl_begin(struct crawl *crawl, const char *url)
{
    struct crawl_page *page = find_page(crawl, url);
    if (page && page->state != CRAWL_UNLISTED)
        return;
    if (!page)
        page = add_page(crawl, url);
    add_entry(crawl, page, NULL, MEMBERS_NO_PARENT, 0);
    page->expected = CLASS_UNKNOWN;
    let_wait(crawl, page);
}

/* ---- answers ---- */

/* Printable, and short enough to be sent back. */
static char *validator(const char *value, size_t size)
{
    for (const char *c = value; *c; c++)
        if (*c < ' ' || *c > '~')
            return NULL;
    return *value && strlen(value) < size ? mem_text(value) : NULL;
}

static bool fits(const struct crawl *crawl, const struct crawl_page *page, enum file_class class)
{
    if (crawl->alone)
        return class != CLASS_UNKNOWN;
    if (page->expected == CLASS_UNKNOWN)
        return class == CLASS_FEDERATION || class == CLASS_ORGANIZATION;
    return class != CLASS_UNKNOWN && rules_belongs(class, page->expected);
}

/* The declaration, when the bytes are a good file. */
static struct declaration *read_page(const struct crawl *crawl, struct crawl_page *page,
                                     const char *bytes, size_t length)
{
    struct declaration *declaration = mem_alloc(sizeof *declaration);
    lint_read(bytes, length, crawl->ontology, page->expected, crawl->now, declaration,
              &page->remarks);
    if (fits(crawl, page, declaration->class))
        return declaration;
    declaration_fini(declaration);
    free(declaration);
    return NULL;
}

static void keep_copy(struct crawl *crawl, struct crawl_page *page,
                      const struct crawl_answer *answer)
{
    drop_copy(crawl, page);
    page->good = crawl->now;
    figures_use(page->declaration, crawl->now, &page->use);
    page->etag = validator(answer->etag, CRAWL_ETAG_SIZE);
    page->modified = validator(answer->modified, CRAWL_MODIFIED_SIZE);
    if (page->declaration->class == CLASS_METRICS ||
        crawl->copied + answer->length > CRAWL_COPIES_MAX)
        return;
    page->text = mem_alloc(answer->length + 1);
    memcpy(page->text, answer->body, answer->length);
    page->text[answer->length] = '\0';
    page->length = answer->length;
    crawl->copied += answer->length;
}

/* The last good copy, with what there is to be said of it unless something came that is worth more words. */
static void use_copy(struct crawl *crawl, struct crawl_page *page, enum crawl_state good)
{
    struct remarks came = page->remarks;
    page->remarks = (struct remarks){0};
    if (page->text)
        page->declaration = read_page(crawl, page, page->text, page->length);
    bool is_there = page->declaration || (good == CRAWL_UNCHANGED && page->good.ms);
    page->state = is_there ? good : CRAWL_LOST;
    if (came.count) {
        remarks_fini(&page->remarks);
        page->remarks = came;
    } else
        remarks_fini(&came);
}

static void read_answer(struct crawl *crawl, struct crawl_page *page,
                        const struct crawl_answer *answer)
{
    page->reason = answer->reason;
    page->status = answer->status;
    page->detail = arena_text(&crawl->arena, answer->detail);
    if (answer->reason == REASON_body_too_large)
        remarks_add(&page->remarks, REMARK_too_large, 1, NULL, NULL,
                    crawl_limit(crawl, page) == PROPERTIES_METRICS_MAX ? "1 MiB" : "64 KiB");
    if (answer->reason == REASON_ok && answer->status == 304 && page->good.ms) {
        page->good = crawl->now;
        use_copy(crawl, page, CRAWL_UNCHANGED);
        return;
    }
    if (answer->reason == REASON_ok && answer->status != 200)
        page->reason = REASON_http_status;
    else if (answer->reason == REASON_ok)
        page->declaration = read_page(crawl, page, answer->body, answer->length);
    if (!page->declaration) {
        use_copy(crawl, page, CRAWL_KEPT);
        return;
    }
    page->state = CRAWL_FRESH;
    keep_copy(crawl, page, answer);
}

static void finish(struct crawl *crawl, struct crawl_page *page, const struct crawl_answer *answer)
{
    read_answer(crawl, page, answer);
    for (size_t i = page->first_entry; i != SIZE_MAX; i = crawl->entries[i].next)
        descend(crawl, i);
}

static void abandon(struct crawl *crawl, struct crawl_host *host, enum reason reason,
                    const char *detail)
{
    const struct crawl_answer none = {
        .reason = reason, .detail = detail, .body = "", .etag = "", .modified = ""};
    while (host->first)
        finish(crawl, take_waiting(crawl, host), &none);
}

void crawl_take(struct crawl *crawl, struct crawl_page *page, const struct crawl_answer *answer)
{
    struct crawl_host *host = page->host;
    assert(page->state == CRAWL_ASKED);
    crawl->in_flight--;
    host->in_flight--;
    host->fails = answer->reason == REASON_ok || answer->status ? 0 : host->fails + 1;
    finish(crawl, page, answer);
    if (host->fails >= CRAWL_HOST_FAILS)
        abandon(crawl, host, answer->reason, "not asked: its host did not answer");
    make_ready(crawl, host);
}

/* What the last copies list comes to wait as well: until nothing does. */
void crawl_give_up(struct crawl *crawl)
{
    while (crawl->waiting)
        for (size_t i = 0; i < BUCKETS; i++)
            for (struct crawl_host *host = crawl->host_buckets[i]; host;
                 host = host->next_of_bucket)
                abandon(crawl, host, REASON_timeout, "not asked: the crawl took too long");
}

/* ---- questions ---- */

bool crawl_condition(const struct crawl_page *page, char *header, size_t size)
{
    bool is_kept = page->text || (page->expected == CLASS_METRICS && page->good.ms);
    if (!is_kept)
        return false;
    if (page->etag)
        return text_format(header, size, "If-None-Match: %s", page->etag);
    return page->modified && text_format(header, size, "If-Modified-Since: %s", page->modified);
}

size_t crawl_limit(const struct crawl *crawl, const struct crawl_page *page)
{
    return crawl->alone || page->expected == CLASS_METRICS ? PROPERTIES_METRICS_MAX
                                                           : PROPERTIES_FILE_MAX;
}

/* ---- members ---- */

static void note_id(struct crawl *crawl, const char *source, const char *id)
{
    struct crawl_page *page = find_page(crawl, source);
    if (page && (!page->id || strcmp(page->id, id) != 0))
        page->id = arena_text(&crawl->arena, id);
}

void crawl_members(struct crawl *crawl, struct members *ret)
{
    struct members_file *files = arena_array(&crawl->arena, crawl->entry_count, sizeof *files);
    for (size_t i = 0; i < crawl->entry_count; i++) {
        const struct crawl_entry *entry = &crawl->entries[i];
        files[i] =
            (struct members_file){.url = entry->page->url,
                                  .name = entry->name,
                                  .parent = entry->parent,
                                  .declaration = entry->page->declaration,
                                  .use = entry->page->use.month[0] ? &entry->page->use : NULL,
                                  .id = entry->page->id};
    }
    members_build(ret, files, crawl->entry_count, crawl->now);
    for (size_t i = 0; i < ret->count; i++) {
        const struct member *member = &ret->list[i];
        note_id(crawl, member->source, member->id);
        for (size_t j = 0; j < member->service_count; j++)
            if (!member->services[j].listed_elsewhere) /* else nobody could tell whose id it is */
                note_id(crawl, member->services[j].source, member->services[j].id);
    }
}

struct crawl_counts crawl_count(const struct members *members)
{
    struct crawl_counts counts = {0};
    for (size_t i = 0; i < members->count; i++) {
        const struct member *member = &members->list[i];
        counts.members += member->fate == FATE_MEASURED;
        for (size_t j = 0; j < member->service_count; j++)
            counts.services += member->services[j].fate == FATE_MEASURED;
    }
    return counts;
}

static bool is_halved(size_t before, size_t now)
{
    enum { FEW = 4 }; /* of which half may well go in a day */
    return before >= FEW && now * 2 < before;
}

bool crawl_shrank(struct crawl_counts before, struct crawl_counts now)
{
    return is_halved(before.members, now.members) || is_halved(before.services, now.services);
}
