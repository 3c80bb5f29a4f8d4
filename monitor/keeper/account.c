#include "account.h"

#include "almanac.h"
#include "calendar.h"
#include "recall.h"

static bool is_another_side(const struct span *a, const struct span *b)
{
    return a->to < b->from || (a->state == OUTCOME_DOWN) != (b->state == OUTCOME_DOWN) ||
           (a->state == OUTCOME_UNKNOWN) != (b->state == OUTCOME_UNKNOWN);
}

/* Whether the spans go so far that they tell how what was the case at `until` ended. */
static bool tell_end(const struct span *spans, size_t count, int64_t until)
{
    size_t i = count;
    while (i > 0 && spans[i - 1].from >= until)
        i--;
    for (; i > 0 && i < count; i++)
        if (is_another_side(&spans[i - 1], &spans[i]))
            return true;
    return false;
}

/* When an outage ended, and between which results, may be known only from what came after the period. */
static size_t spans_of(const struct account_question *question, const char *key,
                       struct arena *arena, const struct span **ret)
{
    enum { DAY = 86400 };
    struct memory *memory = question->memory;
    int64_t until = question->to + DAY, further = DAY;
    for (;; until += further, further *= 2) {
        int64_t known = until < memory->now ? until : memory->now;
        size_t count = memory_counted_spans(memory, key, question->from, known, arena, ret);
        if (known == memory->now || tell_end(*ret, count, question->to))
            return count;
    }
}

int account_of(const struct account_question *question, const struct service *service,
               struct arena *arena, struct account *ret, struct fault *fault)
{
    struct memory *memory = question->memory;
    struct availability_question asked = {
        .from = question->from,
        .to = question->to,
        .incident_after_s = question->incident_after_s,
    };
    *ret = (struct account){0};
    asked.count = spans_of(question, service->key, arena, &asked.spans);
    asked.maintenance_count = almanac_counted(pipeline_almanac(memory->pipeline), service->key,
                                              asked.from, asked.to, arena, &asked.maintenance);
    availability_of(&asked, arena, &ret->availability);
    return recall_sum(pipeline_recall(memory->pipeline), service->key, calendar_day(question->from),
                      question->to, &ret->latency, fault);
}

void account_add(struct account *sum, const struct account *part, struct arena *arena)
{
    availability_add(&sum->availability, &part->availability, arena);
    histogram_merge(&sum->latency, &part->latency);
}
