#include "fake.h"

#include "incident_past.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    HOSTERS_MAX = 256,
    PER_HOSTER_MAX = 16,
    LINES_MAX = 8,
    DAYS_MAX = 400,
    CHANGES_MAX = 32,
    WORDS_MAX = 16,
    BLIPS_MAX = 256
};

static struct fake_service *find(struct fake *fake, const char *key)
{
    for (size_t i = 0; i < fake->service_count; i++)
        if (strcmp(fake->services[i]->key, key) == 0)
            return &fake->known[i];
    return NULL;
}

static struct service_belief belief_of(void *owner, const char *key)
{
    struct fake_service *known = find(owner, key);
    return known ? known->belief : (struct service_belief){.reason = REASON_silent};
}

static size_t lines_of(void *owner, const char *key, struct arena *arena,
                       const struct line_belief **ret)
{
    (void)arena;
    struct fake_service *known = find(owner, key);
    *ret = known ? known->lines : NULL;
    return known ? known->line_count : 0;
}

static size_t spans_of(void *owner, const char *key, int64_t from, int64_t to, struct arena *arena,
                       const struct span **ret)
{
    (void)arena;
    struct fake_service *known = find(owner, key);
    size_t first = 0, end;
    *ret = NULL;
    if (!known)
        return 0;
    while (first < known->span_count && known->spans[first].to <= from)
        first++;
    for (end = first; end < known->span_count && known->spans[end].from < to;)
        end++;
    *ret = known->spans + first;
    return end - first;
}

static size_t usage_of(void *owner, const char *key, struct arena *arena, const struct usage **ret)
{
    (void)arena;
    struct fake_service *known = find(owner, key);
    *ret = known ? known->usage : NULL;
    return known ? known->usage_count : 0;
}

static size_t blips_of(void *owner, const char *key, int64_t from, int64_t to, size_t most,
                       struct arena *arena, const struct line_blip **ret, size_t *ret_all)
{
    (void)arena;
    const struct fake_service *known = find(owner, key);
    size_t first = 0, end = known ? known->blip_count : 0;
    while (first < end && known->blips[first].blip.at >= to)
        first++;
    while (first < end && known->blips[end - 1].blip.at < from)
        end--;
    *ret = end ? known->blips + first : NULL;
    *ret_all = end - first;
    return end - first < most ? end - first : most;
}

static int64_t begin_of(void *owner, const char *key)
{
    struct fake_service *known = find(owner, key);
    return known ? known->begin : 0;
}

static size_t latency_of(void *owner, const char *key, int64_t from, int64_t to,
                         struct arena *arena, const struct latency_day **ret)
{
    (void)arena;
    struct fake_service *known = find(owner, key);
    size_t first = 0, end;
    *ret = NULL;
    if (!known)
        return 0;
    while (first < known->latency_count && known->latency[first].from < from)
        first++;
    for (end = first; end < known->latency_count && known->latency[end].from < to;)
        end++;
    *ret = known->latency + first;
    return end - first;
}

static size_t certificates_of(void *owner, const char *key, const char *check, size_t most,
                              struct arena *arena, const struct certificate_change **ret)
{
    struct fake_service *known = find(owner, key);
    struct certificate_change *changes = arena_array(arena, most, sizeof *changes);
    size_t count = 0;
    for (size_t i = 0; known && i < known->change_count && count < most; i++)
        if (strcmp(known->changes[i].check, check) == 0)
            changes[count++] = known->changes[i].change;
    *ret = changes;
    return count;
}

static size_t maintenance_of(void *owner, const char *key, int64_t from, int64_t to,
                             struct arena *arena, const struct occurrence **ret)
{
    struct fake_service *known = find(owner, key);
    struct occurrence *found = arena_array(arena, WORDS_MAX, sizeof *found);
    size_t count = 0;
    for (size_t i = 0; known && i < known->occurrence_count; i++)
        if (known->occurrences[i].from < to && known->occurrences[i].to > from)
            found[count++] = known->occurrences[i];
    *ret = found;
    return count;
}

static size_t annotations_about(void *owner, const char *key, int64_t outage, struct arena *arena,
                                const struct annotation **ret)
{
    struct fake_service *known = find(owner, key);
    *ret = NULL;
    return known ? annotations_of(known->annotations, known->annotation_count, key, outage, arena,
                                  ret)
                 : 0;
}

static size_t counted_of(void *owner, const char *key, int64_t from, int64_t to,
                         struct arena *arena, const struct stretch **ret)
{
    const struct occurrence *occurrences;
    size_t count = maintenance_of(owner, key, from, to, arena, &occurrences);
    struct stretch *stretches = arena_array(arena, WORDS_MAX, sizeof *stretches);
    for (size_t i = 0; i < count; i++) {
        stretches[i].from = occurrences[i].from > from ? occurrences[i].from : from;
        stretches[i].to = occurrences[i].to < to ? occurrences[i].to : to;
    }
    *ret = stretches;
    return count;
}

/* Each day's answers are its median. */
static void answers_of(void *owner, const char *key, int64_t from, int64_t to,
                       history_answers_fn *each, void *each_owner)
{
    struct arena arena = {0};
    const struct latency_day *days;
    size_t count = latency_of(owner, key, from, to, &arena, &days);
    for (size_t i = 0; i < count; i++) {
        uint16_t bucket = (uint16_t)histogram_bucket(days[i].p50);
        uint32_t answers = 1;
        each(each_owner, days[i].from, &(struct histogram_list){1, 1, &bucket, &answers});
    }
    arena_free(&arena);
}

static bool account_of(void *owner, const struct service *service, int64_t from, int64_t to,
                       int64_t incident_after_s, struct arena *arena, struct account *ret)
{
    struct availability_question asked = {
        .from = from, .to = to, .incident_after_s = incident_after_s};
    asked.count = spans_of(owner, service->key, from, to, arena, &asked.spans);
    asked.maintenance_count = counted_of(owner, service->key, from, to, arena, &asked.maintenance);
    *ret = (struct account){0};
    availability_of(&asked, arena, &ret->availability);
    return true;
}

static size_t pasts_of(void *owner, const char *key, int64_t from, int64_t to, struct arena *arena,
                       const struct line_past **ret)
{
    struct fake_service *known = find(owner, key);
    (void)from, (void)to, (void)arena;
    *ret = known ? known->pasts : NULL;
    return known ? known->past_count : 0;
}

static size_t sights_of(void *owner, int64_t from, int64_t to, struct arena *arena,
                        const struct sight **ret)
{
    const struct fake *fake = owner;
    struct sight *sights = arena_array(arena, WORDS_MAX, sizeof *sights);
    size_t count = 0;
    for (size_t i = 0; i < fake->sight_count; i++)
        if (fake->sights[i].from < to && fake->sights[i].to > from)
            sights[count++] = fake->sights[i];
    *ret = sights;
    return count;
}

static int64_t measured_of(void *owner)
{
    return ((struct fake *)owner)->measured;
}

void fake_init(struct fake *fake, int64_t now)
{
    static const char *const languages[] = {"fr", "en", NULL};
    static const char *const addresses[] = {"192.0.2.7", "2001:db8::7", NULL};
    static const int64_t rechecks_ms[] = {5000, 10000, 20000, 0};
    *fake = (struct fake){.measured = now - 20};
    setenv("TZ", "Europe/Paris", 1);
    tzset();
    fake->hosters = arena_array(&fake->arena, HOSTERS_MAX, sizeof *fake->hosters);
    fake->services = arena_array(&fake->arena, FAKE_SERVICES_MAX, sizeof(struct service *));
    fake->known = arena_array(&fake->arena, FAKE_SERVICES_MAX, sizeof *fake->known);
    fake->collective = (struct collective){
        .name = "Collectif Exemple",
        .website = "https://exemple.example/",
        .contact = "contact@exemple.example",
        .languages = languages,
        .timezone = "Europe/Paris",
        .vantage = "Paris",
        .hosters = fake->hosters,
    };
    fake->history = (struct history){
        .owner = fake,
        .service = belief_of,
        .lines = lines_of,
        .spans = spans_of,
        .known = spans_of,
        .begin = begin_of,
        .latency = latency_of,
        .answers = answers_of,
        .certificates = certificates_of,
        .measured = measured_of,
        .maintenance = maintenance_of,
        .annotations = annotations_about,
        .account = account_of,
        .counted = counted_of,
        .line_pasts = pasts_of,
        .sights = sights_of,
        .usage = usage_of,
        .blips = blips_of,
    };
    fake->practice = (struct practice){
        .version = "1.0",
        .user_agent = "vibrisse/1.0 (+https://exemple.example/robot)",
        .robot_url = "https://exemple.example/robot",
        .addresses = addresses,
        .rechecks_ms = rechecks_ms,
        .timeout_ms = 10000,
        .slow_ms = 5000,
        .sentinels = 3,
    };
    fake->page = (struct page){
        .collective = &fake->collective,
        .history = &fake->history,
        .language = "fr",
        .now = now,
        .incident_after_ms = 600000,
        .interval_ms = 60000,
        .practice = &fake->practice,
    };
}

void fake_free(struct fake *fake)
{
    arena_free(&fake->arena);
}

struct wording fake_wording(struct fake *fake, const char *text)
{
    struct wording_text *texts = arena_array(&fake->arena, 1, sizeof *texts);
    texts[0] = (struct wording_text){"fr", arena_text(&fake->arena, text)};
    return (struct wording){texts, 1};
}

struct hoster *fake_hoster(struct fake *fake, const char *id, const char *name)
{
    struct hoster *hoster = &fake->hosters[fake->collective.hoster_count++];
    *hoster = (struct hoster){.id = arena_text(&fake->arena, id), .name = fake_wording(fake, name)};
    hoster->services = arena_array(&fake->arena, PER_HOSTER_MAX, sizeof *hoster->services);
    return hoster;
}

struct service *fake_service(struct fake *fake, size_t hoster_index, const char *id,
                             const char *name)
{
    struct hoster *hoster = &fake->hosters[hoster_index];
    struct service *services = (struct service *)(uintptr_t)hoster->services;
    struct service *service = &services[hoster->service_count++];
    *service = (struct service){
        .id = arena_text(&fake->arena, id),
        .key = arena_printf(&fake->arena, "%s/%s", hoster->id, id),
        .hoster = hoster,
        .name = fake_wording(fake, name),
        .counted = true,
    };
    fake->known[fake->service_count] = (struct fake_service){
        .belief = {.state = OUTCOME_UP, .reason = REASON_ok, .measured = fake->measured}};
    fake->services[fake->service_count++] = service;
    return service;
}

struct fake_service *fake_known(struct fake *fake, const struct service *service)
{
    return find(fake, service->key);
}

void fake_span(struct fake *fake, const struct service *service, int64_t from, int64_t to,
               enum outcome state, enum reason reason)
{
    struct fake_service *known = fake_known(fake, service);
    if (!known->spans) {
        known->spans = arena_array(&fake->arena, FAKE_SPANS_MAX, sizeof *known->spans);
        known->begin = from;
    }
    struct span *span = &known->spans[known->span_count++];
    *span = (struct span){.from = from, .to = to, .state = state, .reason = reason};
    if (known->span_count > 1)
        span->before = from - 60;
}

struct line_belief *fake_line(struct fake *fake, const struct service *service, const char *check,
                              enum family family, enum reason reason)
{
    struct fake_service *known = fake_known(fake, service);
    if (!known->lines)
        known->lines = arena_array(&fake->arena, LINES_MAX, sizeof *known->lines);
    struct line_belief *line = &known->lines[known->line_count++];
    result_init(&line->last);
    line->last.time = wall_from_seconds(fake->measured);
    strcpy(line->last.vantage, "Paris");
    strncpy(line->last.check, check, sizeof line->last.check - 1);
    line->last.family = family;
    line->last.reason = line->reason = reason;
    line->last.outcome = line->state = reason_outcome(reason);
    if (outcome_is_good(line->state))
        line->last.phases = (struct phases){{3, 12, 14, 41, 72}};
    return line;
}

void fake_latency(struct fake *fake, const struct service *service, int64_t day, double p50,
                  double p95)
{
    struct fake_service *known = fake_known(fake, service);
    if (!known->latency)
        known->latency = arena_array(&fake->arena, DAYS_MAX, sizeof *known->latency);
    known->latency[known->latency_count++] =
        (struct latency_day){.from = day, .count = 1440, .p50 = p50, .p95 = p95};
}

struct certificate_change *fake_certificate(struct fake *fake, const struct service *service,
                                            const char *check, int64_t at)
{
    struct fake_service *known = fake_known(fake, service);
    if (!known->changes)
        known->changes = arena_array(&fake->arena, CHANGES_MAX, sizeof *known->changes);
    struct fake_change *change = &known->changes[known->change_count++];
    *change = (struct fake_change){arena_text(&fake->arena, check), {.at = at}};
    return &change->change;
}

static int compare_hosters(const void *left, const void *right)
{
    return strcmp(((const struct hoster *)left)->id, ((const struct hoster *)right)->id);
}

struct maintenance *fake_maintenance(struct fake *fake, const struct service *service, int64_t from,
                                     int64_t to, const char *text)
{
    struct fake_service *known = fake_known(fake, service);
    struct maintenance *announced = arena_alloc(&fake->arena, sizeof *announced);
    if (!known->occurrences)
        known->occurrences = arena_array(&fake->arena, WORDS_MAX, sizeof *known->occurrences);
    *announced = (struct maintenance){.seq = from % 100000,
                                      .announced_ms = (from - 7 * 86400) * 1000,
                                      .subject = service->key,
                                      .from = from,
                                      .to = to,
                                      .said = {.text = fake_wording(fake, text), .by = "Équipe"}};
    known->occurrences[known->occurrence_count++] = (struct occurrence){announced, from, to};
    return announced;
}

struct annotation *fake_annotation(struct fake *fake, const struct service *service, int64_t outage,
                                   const char *text)
{
    struct fake_service *known = fake_known(fake, service);
    if (!known->annotations)
        known->annotations = arena_array(&fake->arena, WORDS_MAX, sizeof *known->annotations);
    struct annotation *annotation = &known->annotations[known->annotation_count++];
    *annotation = (struct annotation){.seq = (int64_t)known->annotation_count,
                                      .recorded_ms = (outage + 7200) * 1000,
                                      .subject = service->key,
                                      .outage = outage,
                                      .said = {.text = fake_wording(fake, text), .by = "Équipe"}};
    return annotation;
}

struct span *fake_past(struct fake *fake, const struct service *service, const char *check,
                       enum family family, int64_t from, int64_t to, enum reason reason)
{
    struct fake_service *known = fake_known(fake, service);
    struct span *span = arena_array(&fake->arena, 1, sizeof *span);
    if (!known->pasts)
        known->pasts = arena_array(&fake->arena, WORDS_MAX, sizeof *known->pasts);
    *span =
        (struct span){.from = from, .to = to, .state = reason_outcome(reason), .reason = reason};
    known->pasts[known->past_count++] =
        (struct line_past){arena_text(&fake->arena, check), "Paris", family, span, 1};
    return span;
}

struct sight *fake_sight(struct fake *fake, int64_t from, int64_t to, const char *what)
{
    if (!fake->sights)
        fake->sights = arena_array(&fake->arena, WORDS_MAX, sizeof *fake->sights);
    struct sight *sight = &fake->sights[fake->sight_count++];
    *sight = (struct sight){from, to, false, arena_text(&fake->arena, what)};
    return sight;
}

struct line_blip *fake_blip(struct fake *fake, const struct service *service, const char *check,
                            enum family family, int64_t at, enum reason reason)
{
    struct fake_service *known = fake_known(fake, service);
    if (!known->blips)
        known->blips = arena_array(&fake->arena, BLIPS_MAX, sizeof *known->blips);
    assert(known->blip_count < BLIPS_MAX);
    struct line_blip *found = &known->blips[known->blip_count++];
    *found = (struct line_blip){
        .check = arena_text(&fake->arena, check),
        .vantage = "Paris",
        .family = family,
        .blip = {.at = at, .until = at + 10, .then = OUTCOME_UP, .results = 1, .reason = reason}};
    return found;
}

void fake_usage(struct fake *fake, const struct service *service, int64_t month, struct users users)
{
    struct fake_service *known = fake_known(fake, service);
    if (!known->usage)
        known->usage = arena_array(&fake->arena, WORDS_MAX, sizeof *known->usage);
    known->usage[known->usage_count++] = (struct usage){month, month + 7 * 86400, users};
}

char *fake_file(struct fake *fake, fake_write_fn *write, const char *hoster, const char *service)
{
    struct buffer out;
    struct output_subject subject = {hoster ? collective_hoster(&fake->collective, hoster) : NULL,
                                     service ? collective_service(&fake->collective, service)
                                             : NULL};
    buffer_init(&out, PAGE_MAX);
    write(&fake->page, subject, &out);
    assert(!out.overflow);
    return buffer_take(&out, NULL);
}

static int compare_keys(const void *left, const void *right)
{
    return strcmp((*(const struct service *const *)left)->key,
                  (*(const struct service *const *)right)->key);
}

void fake_ready(struct fake *fake)
{
    if (fake->collective.hoster_count)
        qsort(fake->hosters, fake->collective.hoster_count, sizeof *fake->hosters, compare_hosters);
    for (size_t i = 0; i < fake->collective.hoster_count; i++) {
        struct service *services = (struct service *)(uintptr_t)fake->hosters[i].services;
        for (size_t j = 0; j < fake->hosters[i].service_count; j++)
            services[j].hoster = &fake->hosters[i];
    }
    const struct service **sorted =
        arena_array(&fake->arena, fake->service_count + 1, sizeof *sorted);
    for (size_t i = 0; i < fake->service_count; i++)
        sorted[i] = fake->services[i];
    qsort(sorted, fake->service_count, sizeof *sorted, compare_keys);
    fake->collective.services = sorted;
    fake->collective.service_count = fake->service_count;
}

bool fake_incident(struct fake *fake, const struct service *service, int64_t begin,
                   struct buffer *out)
{
    struct arena arena = {0};
    struct incident_past past;
    bool found = incident_past_of(&fake->page, service, begin, &arena, &past);
    if (found)
        page_incident(&fake->page, &past, out);
    arena_free(&arena);
    return found;
}
