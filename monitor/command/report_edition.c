#include "report_edition.h"

#include "editions.h"
#include "json.h"
#include "stamp.h"

#include <stdio.h>
#include <string.h>

/* ---- what was said ---- */

static void print_edition(const struct edition *edition)
{
    static const char *const words[EDITION_KIND_COUNT] = {[EDITION_FINAL] = "final",
                                                          [EDITION_CORRECTION] = "corrected",
                                                          [EDITION_COMMENT] = "comment"};
    char stamp[STAMP_SIZE];
    printf("%d  event %lld  %-9s  %s", edition->year, (long long)edition->seq, words[edition->kind],
           stamp_seconds(edition->as_of, stamp));
    if (edition->of)
        printf("  in place of event %lld", (long long)edition->of);
    if (*edition->hoster)
        printf("  %s", edition->hoster);
    if (edition->said.text.count)
        printf("  \"%s\"", hand_over_text(&edition->said));
    if (edition->said.by)
        printf("  by %s", edition->said.by);
    puts("");
}

int report_edition_list(const struct config *config, struct fault *fault)
{
    struct arena arena = {0};
    struct ledger *ledger;
    const struct edition *all;
    size_t count;
    if (ledger_open_to_read(config->data, &ledger, fault))
        return -1;
    int rc = editions_read(ledger, &arena, &all, &count, fault);
    for (size_t i = 0; rc == 0 && i < count; i++)
        print_edition(&all[i]);
    ledger_close(ledger);
    arena_free(&arena);
    return rc;
}

/* ---- handing over ---- */

/* The number of the event. */
static int hand_in(const struct config *config, const struct edition *edition, long long *ret_seq,
                   struct fault *fault)
{
    struct buffer facts;
    json_t *answer = NULL;
    buffer_init(&facts, STATEMENT_FACTS_MAX);
    edition_write(edition, &facts);
    struct hand_over word = {event_kind_name(EVENT_REPORT), edition->hoster, edition->as_of,
                             buffer_text(&facts)};
    int rc = facts.overflow ? fault_set(fault, "the texts are too long")
                            : hand_over(config, &word, &answer, fault);
    if (rc == 0)
        *ret_seq = json_integer_value(json_object_get(answer, "seq"));
    json_decref(answer);
    buffer_fini(&facts);
    return rc;
}

int report_edition_comment(const struct config *config, int year, const char *hoster,
                           const struct wording_options *wording, struct fault *fault)
{
    struct edition comment = {.kind = EDITION_COMMENT, .year = year, .hoster = hoster};
    struct arena arena = {0};
    long long seq;
    int rc = hand_over_read(wording, &comment.said, &arena, fault);
    if (rc == 0)
        rc = hand_in(config, &comment, &seq, fault);
    if (rc == 0)
        printf("comment %lld: %s on the report of %d\n", seq, hoster, year);
    arena_free(&arena);
    return rc;
}

/* ---- an edition ---- */

static const struct edition_file *find_file(const struct edition *edition, const char *name)
{
    for (size_t i = 0; i < edition->file_count; i++)
        if (strcmp(edition->files[i].name, name) == 0)
            return &edition->files[i];
    return NULL;
}

static bool is_same(const struct edition *edition, const struct edition_file *files, size_t count,
                    const char **ret_other)
{
    for (size_t i = 0; i < count; i++) {
        const struct edition_file *file = find_file(edition, files[i].name);
        *ret_other = files[i].name;
        if (!file || strcmp(file->sha256, files[i].sha256) != 0)
            return false;
    }
    return count == edition->file_count;
}

static int settle(void *owner, const struct edition_file *files, size_t count, struct fault *fault)
{
    struct report_edition *making = owner;
    struct edition *edition = &making->all[making->count - 1];
    const char *other = "its list of files";
    long long seq;
    if (making->repeated) {
        if (!is_same(edition, files, count, &other))
            return fault_set(fault,
                             "the report of %d is final since event %lld, and %s would be another "
                             "now; nothing was written: a correction is needed, with --correct",
                             edition->year, (long long)edition->seq, other);
        printf("event %lld: the report of %d is final, and still the same\n",
               (long long)edition->seq, edition->year);
        return 0;
    }
    edition->files = files;
    edition->file_count = count;
    if (hand_in(making->config, edition, &seq, fault))
        return -1;
    printf("event %lld: the report of %d is %s\n", seq, edition->year,
           edition->of ? "corrected" : "final");
    return 0;
}

static int repeat(struct report_edition *making, const struct edition *newest, int64_t at,
                  struct fault *fault)
{
    char stamp[STAMP_SIZE];
    if (at && at != newest->as_of)
        return fault_set(fault, "the report of %d is final as known at %s; --correct it",
                         newest->year, stamp_seconds(newest->as_of, stamp));
    making->repeated = true;
    /* What was said since is not in it, even if it was in the same second. */
    making->count = (size_t)(newest - making->all) + 1;
    return 0;
}

static int add(struct report_edition *making, const struct edition *newest,
               const struct wording_options *wording, const struct yearbook *yearbook,
               struct fault *fault)
{
    struct edition *own = &making->all[making->count];
    *own = (struct edition){.kind = newest ? EDITION_CORRECTION : EDITION_FINAL,
                            .hoster = "",
                            .year = yearbook->year,
                            .as_of = yearbook->at,
                            .of = newest ? newest->seq : 0};
    making->count++;
    if (newest)
        return hand_over_read(wording, &own->said, &making->arena, fault);
    return wording->by ? statement_set_by(&own->said, wording->by, &making->arena, fault) : 0;
}

int report_edition_begin(struct report_edition *making, const struct wording_options *wording,
                         int64_t at, struct yearbook *yearbook, struct fault *fault)
{
    const struct edition *said;
    if (editions_read(yearbook->ledger, &making->arena, &said, &making->count, fault))
        return -1;
    making->all = arena_array(&making->arena, making->count + 1, sizeof *making->all);
    memcpy(making->all, said, making->count * sizeof *said);
    const struct edition *newest = edition_newest(making->all, making->count, yearbook->year);
    int rc = !making->correcting && newest ? repeat(making, newest, at, fault)
             : making->correcting && !newest
                 ? fault_set(fault, "the report of %d is not final yet: make it so with --final",
                             yearbook->year)
                 : add(making, newest, wording, yearbook, fault);
    yearbook->final = true;
    yearbook->at = making->count ? making->all[making->count - 1].as_of : at;
    yearbook->said = making->all;
    yearbook->said_count = making->count;
    yearbook->settle = settle;
    yearbook->settle_owner = making;
    return rc;
}

int report_edition_refuse_draft(struct ledger *ledger, int year, struct fault *fault)
{
    struct arena arena = {0};
    const struct edition *all;
    size_t count;
    int rc = editions_read(ledger, &arena, &all, &count, fault);
    if (rc == 0 && edition_newest(all, count, year))
        rc = fault_set(fault, "the report of %d is final: there is no draft any more; --correct it",
                       year);
    arena_free(&arena);
    return rc;
}
