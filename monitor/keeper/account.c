#include "account.h"

#include "calendar.h"

static void add_day(void *owner, int64_t day, const void *bytes, size_t length)
{
    struct histogram histogram;
    (void)day;
    if (histogram_unpack(bytes, length, &histogram))
        histogram_merge(owner, &histogram);
}

int account_of(const struct account_question *question, const struct service *service,
               struct arena *arena, struct account *ret, struct fault *fault)
{
    struct memory *memory = question->memory;
    int64_t known = question->to < memory->now ? question->to : memory->now;
    struct availability_question asked = {
        .from = question->from,
        .to = question->to,
        .incident_after_s = question->incident_after_s,
    };
    *ret = (struct account){0};
    asked.count =
        memory_counted_spans(memory, service->key, asked.from, known, arena, &asked.spans);
    availability_of(&asked, arena, &ret->availability);
    return ledger_each_latency(memory->ledger, service->key, calendar_day(question->from),
                               question->to, add_day, &ret->latency, fault);
}

void account_add(struct account *sum, const struct account *part, struct arena *arena)
{
    availability_add(&sum->availability, &part->availability, arena);
    histogram_merge(&sum->latency, &part->latency);
}
