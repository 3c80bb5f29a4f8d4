#include "ping.h"

#include "text.h"

#include <string.h>

const char *const ping_signal_words[] = {"success", "start", "fail", NULL};

static const char *const tails[PING_SIGNAL_COUNT] = {"", "/start", "/fail"};

/* The signal is the end of the path: it goes before a query. */
static const char *url_of(const struct ping *ping, struct arena *arena)
{
    size_t path = strcspn(ping->url, "?#");
    const char *rest = ping->url + path;
    while (path && ping->url[path - 1] == '/')
        path--;
    return arena_printf(arena, "%.*s%s%s", (int)path, ping->url, tails[ping->signal], rest);
}

void ping_compose(const struct ping *ping, struct arena *arena, struct dispatch *ret)
{
    *ret = (struct dispatch){.kind = DISPATCH_HTTP, .method = "POST"};
    ret->url = ping->signal == PING_SUCCESS ? ping->url : url_of(ping, arena);
    ret->body = ping->words;
    ret->length = strlen(ping->words);
    dispatch_header(ret, arena, "Content-Type", "text/plain; charset=utf-8");
}

void ping_judge(const struct channel_answer *answer, struct channel_verdict *ret)
{
    channel_judge_http(answer, ret);
    if (ret->end != CHANNEL_DELIVERED)
        return;
    if (text_starts(answer->body, "OK (not found)"))
        channel_conclude(ret, CHANNEL_REFUSED, 0, "%s", "it knows no such check");
    else if (text_starts(answer->body, "OK (rate limited)"))
        channel_conclude(ret, CHANNEL_LATER, 0, "%s", "too many signals in a minute");
}
