/* Any bytes as what was kept of a service: refused, or a state in which the policy goes on, keeps it and finds it again. */
#include "mem.h"
#include "policy.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { NOW = 1767225600 };

static int minute(void *owner, int64_t at)
{
    (void)owner;
    return (int)(at / 60 % 1440);
}

static bool maintained(void *owner, const struct service *service, int64_t at)
{
    (void)owner, (void)service, (void)at;
    return false;
}

static int64_t good_at(void *owner, const struct service *service)
{
    (void)owner, (void)service;
    return 0;
}

static void link_to(void *owner, const struct service *service, const char *language,
                    char to[ALERT_LINK_SIZE])
{
    (void)owner, (void)service, (void)language;
    to[0] = '\0';
}

static void on_message(void *owner, const struct policy_message *message)
{
    (void)owner;
    assert(message->alert->row_count && message->alert->id[0]);
}

static void check(struct policy *policy, const char *text, int64_t now)
{
    struct finding finding = {.state = OUTCOME_UP, .since = now};
    struct buffer kept, again;
    buffer_init(&kept, 65536);
    buffer_init(&again, 65536);
    policy_load(policy, 0, text);
    policy_turn(policy, now, on_message, NULL);
    policy_save(policy, 0, &kept);
    assert(!kept.overflow);
    policy_save(policy, 0, &again);
    assert(strcmp(buffer_text(&kept), buffer_text(&again)) == 0);
    policy_state(policy, 0, &finding, now);
    for (int i = 0; i < 50 && policy_due(policy) != INT64_MAX; i++) {
        now = policy_due(policy) > now ? policy_due(policy) : now;
        policy_turn(policy, now, on_message, NULL);
    }
    buffer_fini(&kept);
    buffer_fini(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const struct alert_target target = {.name = "tech"};
    static const struct alert_route route = {
        .target = &target, .subjects = (1U << ALERTING_COUNT) - 1, .remind_ms = 3600000};
    static const char *const languages[] = {"fr", NULL};
    static const struct hoster hoster = {.id = "a", .alerts = {&route, 1}};
    static const struct service service = {.id = "b", .key = "a/b", .hoster = &hoster};
    static const struct service *const services[] = {&service};
    static const struct collective collective = {.languages = languages,
                                                 .hosters = &hoster,
                                                 .hoster_count = 1,
                                                 .services = services,
                                                 .service_count = 1};
    struct policy_world world = {.collective = &collective,
                                 .minute = minute,
                                 .maintained = maintained,
                                 .good_at = good_at,
                                 .link = link_to};
    struct policy *policy = policy_new(&world);
    char *text = mem_alloc(length + 1);
    memcpy(text, bytes, length);
    text[length] = '\0';
    check(policy, text, NOW);
    policy_free(policy);
    free(text);
    return 0;
}
