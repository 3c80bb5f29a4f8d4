#include "reception.h"

#include "mem.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    LENGTH_REQUIRED = 411,
    CONTENT_TOO_LARGE = 413,
    UNSUPPORTED_MEDIA_TYPE = 415,
    PART_MAX = 512 * 1024
};

struct reception {
    struct clerk *clerk;
    pthread_mutex_t lock;
    struct turnstile turnstiles[INQUIRY_FORMS]; /* under the lock */
};

int reception_open(const char *path, struct reception **ret, struct fault *fault)
{
    struct reception *reception = mem_zalloc(sizeof *reception);
    if (clerk_start(path, &reception->clerk, fault)) {
        free(reception);
        return -1;
    }
    int error = pthread_mutex_init(&reception->lock, NULL);
    assert(!error);
    (void)error;
    for (size_t i = 0; i < INQUIRY_FORMS; i++)
        reception->turnstiles[i].rules = *inquiry_rules(i);
    *ret = reception;
    return 0;
}

void reception_dismiss(struct reception *reception)
{
    clerk_dismiss(reception->clerk);
}

void reception_close(struct reception *reception)
{
    if (!reception)
        return;
    clerk_free(reception->clerk);
    pthread_mutex_destroy(&reception->lock);
    free(reception);
}

/* ---- one call ---- */

struct reception_call *reception_welcome(const char *path)
{
    struct inquiry inquiry;
    if (!inquiry_open(path, &inquiry))
        return NULL;
    struct reception_call *call = mem_zalloc(sizeof *call);
    call->inquiry = inquiry;
    return call;
}

void reception_leave(struct reception_call *call)
{
    if (!call)
        return;
    free(call->reply);
    free(call);
}

static bool is_form(const char *content_type)
{
    static const char type[] = "application/x-www-form-urlencoded";
    size_t length = strlen(type);
    return content_type && strncasecmp(content_type, type, length) == 0 &&
           strchr("; \t", content_type[length]);
}

unsigned reception_refusal(const struct reception_headers *headers)
{
    char *end;
    if (!headers->content_length)
        return LENGTH_REQUIRED;
    errno = 0;
    unsigned long long length = strtoull(headers->content_length, &end, 10);
    if (*end || errno || length > INQUIRY_BODY_MAX)
        return CONTENT_TOO_LARGE;
    return is_form(headers->content_type) ? 0 : UNSUPPORTED_MEDIA_TYPE;
}

bool reception_hear(struct reception_call *call, const char *bytes, size_t length)
{
    if (length > sizeof call->body - call->length)
        return false;
    memcpy(call->body + call->length, bytes, length);
    call->length += length;
    return true;
}

static void on_reply(void *owner, char *reply, size_t length)
{
    struct reception_call *call = owner;
    call->reply = reply;
    call->reply_length = length;
    call->replied(call->owner);
}

static int64_t pass(struct reception *reception, size_t form, uint64_t origin, struct mono now)
{
    int error = pthread_mutex_lock(&reception->lock);
    assert(!error);
    int64_t wait_s = turnstile_pass(&reception->turnstiles[form], origin,
                                    mono_ms_between((struct mono){0}, now));
    error = pthread_mutex_unlock(&reception->lock);
    assert(!error);
    (void)error;
    return wait_s;
}

bool reception_ask(struct reception *reception, struct reception_call *call, const char *query,
                   uint64_t origin, struct mono now)
{
    struct inquiry *inquiry = &call->inquiry;
    const struct inquiry_data data = {query, call->body, strlen(query), call->length,
                                      call->is_post};
    inquiry_read(inquiry, &data);
    if (inquiry->note != INQUIRY_ASKED)
        return false;
    inquiry->wait_s = pass(reception, inquiry->form, origin, now);
    if (inquiry->wait_s) {
        inquiry->note = INQUIRY_TOO_OFTEN;
        return false;
    }
    if (clerk_ask(reception->clerk, inquiry->line, on_reply, call))
        return true;
    inquiry->note = INQUIRY_NO_ANSWER;
    return false;
}

void reception_answer(struct site *site, const struct answer_request *request,
                      struct reception_call *call, struct answer *ret)
{
    char languages[SITE_LANGUAGES_MOST][SITE_LANGUAGE_SIZE];
    const char *names[SITE_LANGUAGES_MOST + 1] = {NULL};
    struct buffer part;
    size_t count = site_languages(site, languages);
    for (size_t i = 0; i < count; i++)
        names[i] = languages[i];
    call->inquiry.languages = names;
    buffer_init(&part, PART_MAX);
    unsigned status = inquiry_draw(&call->inquiry, call->reply, call->reply_length, &part);
    const struct answer_part filled = {INQUIRY_BEGIN, INQUIRY_END, buffer_text(&part), status,
                                       call->inquiry.wait_s};
    answer_form(site, request, &filled, ret);
    call->inquiry.languages = NULL;
    buffer_fini(&part);
}
