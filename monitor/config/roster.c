#include "roster.h"

#include "draft.h"
#include "hoster.h"
#include "macros.h"
#include "mem.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* ---- nodes ---- */

static void append(struct node *parent, struct node *child, struct node **last)
{
    if (*last)
        (*last)->next = child;
    else
        parent->first = child;
    *last = child;
    parent->count++;
}

/* Of the register's nodes, with the place in our file that they stand below; NULL = their own. */
static struct node *copy_node(struct arena *arena, const struct node *node,
                              const struct place *place)
{
    struct node *copy = arena_alloc(arena, sizeof *copy), *last = NULL;
    *copy = *node;
    copy->first = copy->next = NULL;
    copy->count = 0;
    if (place)
        copy->place = copy->key_place = *place;
    for (const struct node *child = node->first; child; child = child->next)
        append(copy, copy_node(arena, child, place), &last);
    return copy;
}

static const char *id_of(const struct node *service)
{
    const struct node *id = node_at(service, "id");
    return id && id->kind == NODE_SCALAR ? id->text : NULL;
}

static const struct node *find_service(const struct node *list, const char *id)
{
    const struct node *service = list->first;
    while (service && (!id_of(service) || strcmp(id_of(service), id) != 0))
        service = service->next;
    return service;
}

static bool are_lists(const struct node *left, const struct node *right)
{
    return left && left->kind == NODE_LIST && right->kind == NODE_LIST;
}

static struct node *merge_maps(struct arena *arena, const struct node *base,
                               const struct node *over);

/* Which of the register's facts are ours now, for pages that tell where each is from; NULL = none. */
static struct node *note_adjusted(struct arena *arena, const struct node *base,
                                  const struct node *over)
{
    static const char *const keys[] = {"name", "website", "url", "software", "declared", "hosting"};
    const char *list = NULL;
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (node_at(over, keys[i]))
            list = list ? arena_printf(arena, "%s %s", list, keys[i]) : keys[i];
    if (!list || !node_at(base, "source") || node_at(over, "adjusted"))
        return NULL;
    struct node *note = arena_alloc(arena, sizeof *note);
    *note = (struct node){.kind = NODE_SCALAR,
                          .key = "adjusted",
                          .text = list,
                          .place = over->place,
                          .key_place = over->place};
    return note;
}

static struct node *merge_services(struct arena *arena, const struct node *base,
                                   const struct node *over)
{
    struct node *merged = arena_alloc(arena, sizeof *merged), *last = NULL;
    *merged = *over;
    merged->first = merged->next = NULL;
    merged->count = 0;
    for (const struct node *service = base->first; service; service = service->next) {
        const struct node *ours = find_service(over, id_of(service));
        append(merged,
               ours ? merge_maps(arena, service, ours) : copy_node(arena, service, &over->place),
               &last);
    }
    for (const struct node *service = over->first; service; service = service->next)
        if (!id_of(service) || !find_service(base, id_of(service)))
            append(merged, copy_node(arena, service, NULL), &last);
    return merged;
}

static struct node *merge_maps(struct arena *arena, const struct node *base,
                               const struct node *over)
{
    struct node *merged = arena_alloc(arena, sizeof *merged), *last = NULL;
    *merged = *over;
    merged->first = merged->next = NULL;
    merged->count = 0;
    for (const struct node *child = base->first; child; child = child->next)
        if (!node_at(over, child->key))
            append(merged, copy_node(arena, child, &over->place), &last);
    for (const struct node *child = over->first; child; child = child->next) {
        const struct node *theirs = node_at(base, child->key);
        bool both = strcmp(child->key, "services") == 0 && are_lists(theirs, child);
        append(merged, both ? merge_services(arena, theirs, child) : copy_node(arena, child, NULL),
               &last);
    }
    struct node *note = note_adjusted(arena, base, over);
    if (note)
        append(merged, note, &last);
    return merged;
}

/* ---- what a crawl left ---- */

/* A reader whose faults are nobody's. */
static struct reader quiet_reader(const struct draft *draft, struct arena *arena,
                                  struct fault_list *faults)
{
    const char *const *languages = draft->config->collective.languages;
    struct reader reader = draft_reader(draft, draft->roster.file);
    reader.arena = arena;
    reader.faults = reader.notes = faults;
    reader.language = languages ? languages[0] : NULL;
    return reader;
}

static void leave_out(const struct draft *draft, size_t line, const struct fault_list *faults)
{
    fault_list_add(&draft->config->notes, draft->roster.file, line, 1,
                   "something of a member is left out: %.300s",
                   faults->count ? faults->texts[0] : "it is not what a crawl writes");
}

static bool is_good_service(const struct draft *draft, const struct node *node, size_t line)
{
    struct arena arena = {0};
    struct fault_list faults = {0}, notes = {0};
    struct reader reader = quiet_reader(draft, &arena, &faults);
    reader.notes = &notes;
    bool is_good = hoster_tries_service(draft, &reader, node) && !faults.count;
    if (!is_good)
        leave_out(draft, line, &faults);
    fault_list_free(&faults);
    fault_list_free(&notes);
    arena_free(&arena);
    return is_good;
}

static bool is_good_unmeasured(const struct draft *draft, const struct node *node, size_t line)
{
    struct arena arena = {0};
    struct fault_list faults = {0};
    struct unmeasured_service tried = {0};
    struct reader reader = quiet_reader(draft, &arena, &faults);
    bool is_good =
        reader_section(&reader, &sections[SECTION_UNMEASURED], node, &tried) && !faults.count;
    if (!is_good)
        leave_out(draft, line, &faults);
    fault_list_free(&faults);
    arena_free(&arena);
    return is_good;
}

/* The hoster with those of its services that can be used. */
static struct node *sift(const struct draft *draft, struct arena *arena, const struct node *hoster,
                         size_t line)
{
    struct node *sifted = arena_alloc(arena, sizeof *sifted), *last = NULL;
    *sifted = *hoster;
    sifted->first = sifted->next = NULL;
    sifted->count = 0;
    for (const struct node *child = hoster->first; child; child = child->next) {
        bool is_measured = strcmp(child->key, "services") == 0;
        struct node *copy = copy_node(arena, child, NULL), *last_service = NULL;
        append(sifted, copy, &last);
        if (!is_measured && strcmp(child->key, "unmeasured") != 0)
            continue;
        copy->first = NULL;
        copy->count = 0;
        for (const struct node *service = child->first; service; service = service->next)
            if (is_measured ? is_good_service(draft, service, line)
                            : is_good_unmeasured(draft, service, line))
                append(copy, copy_node(arena, service, NULL), &last_service);
    }
    return sifted;
}

static bool is_good_hoster(const struct draft *draft, const struct node *hoster, size_t line)
{
    struct arena arena = {0};
    struct fault_list faults = {0};
    struct hoster tried = {0};
    struct reader reader = quiet_reader(draft, &arena, &faults);
    const struct node *services = node_at(hoster, "services");
    bool is_good = reader_section(&reader, &sections[SECTION_HOSTER], hoster, &tried);
    if (is_good) {
        reader_wording(&reader, hoster, "name", "");
        is_good = !faults.count && services && services->kind == NODE_LIST;
    }
    if (!is_good)
        leave_out(draft, line, &faults);
    fault_list_free(&faults);
    arena_free(&arena);
    return is_good;
}

static void read_line(struct draft *draft, const char *bytes, size_t length, size_t line)
{
    struct roster *roster = &draft->roster;
    struct fault_list faults = {0};
    void *rows = roster->rows;
    const struct node *hoster = document_read(roster->file, bytes, length, &roster->arena, &faults);
    if (!hoster)
        leave_out(draft, line, &faults);
    else if (is_good_hoster(draft, hoster, line)) {
        mem_grow(&rows, &roster->capacity, roster->count + 1, sizeof *roster->rows);
        roster->rows = rows;
        roster->rows[roster->count++] = (struct roster_row){
            .id = node_at(hoster, "hoster")->text,
            .hoster = sift(draft, &roster->arena, hoster, line),
        };
    }
    fault_list_free(&faults);
}

static int compare(const void *left, const void *right)
{
    const struct roster_row *one = left, *other = right;
    return strcmp(one->id, other->id);
}

/* A second one with an id is none. */
static void sort(struct roster *roster)
{
    size_t kept = 0;
    if (roster->count)
        qsort(roster->rows, roster->count, sizeof *roster->rows, compare);
    for (size_t i = 0; i < roster->count; i++)
        if (!kept || strcmp(roster->rows[kept - 1].id, roster->rows[i].id) != 0)
            roster->rows[kept++] = roster->rows[i];
    roster->count = kept;
}

void roster_read(struct draft *draft, const char *file, const char *bytes, size_t length)
{
    const char *end = bytes + length;
    size_t line = 1;
    draft->roster.file = file;
    for (const char *at = bytes; at < end; line++) {
        const char *next = memchr(at, '\n', (size_t)(end - at));
        size_t size = (size_t)((next ? next : end) - at);
        if (size)
            read_line(draft, at, size, line);
        at += size + 1;
    }
    sort(&draft->roster);
}

void roster_fini(struct roster *roster)
{
    free(roster->rows);
    arena_free(&roster->arena);
    *roster = (struct roster){0};
}

/* ---- into the configuration ---- */

const struct node *roster_overlay(struct draft *draft, const struct node *hoster)
{
    struct roster *roster = &draft->roster;
    const struct node *id = node_at(hoster, "hoster");
    if (!roster->count || !id || id->kind != NODE_SCALAR)
        return hoster;
    struct roster_row key = {.id = id->text};
    struct roster_row *row =
        bsearch(&key, roster->rows, roster->count, sizeof *roster->rows, compare);
    if (!row)
        return hoster;
    row->taken = true;
    return merge_maps(&roster->arena, row->hoster, hoster);
}

void roster_take_rest(struct draft *draft)
{
    struct roster *roster = &draft->roster;
    struct fault_list faults = {0};
    struct reader reader = quiet_reader(draft, &draft->config->arena, &faults);
    for (size_t i = 0; i < roster->count; i++)
        if (!roster->rows[i].taken)
            hoster_read(draft, &reader, roster->rows[i].hoster);
    fault_list_free(&faults);
}
