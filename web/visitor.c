#include "visitor.h"

#include "mem.h"
#include "origin.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    ASK_MS = 5 * 1000, /* for a whole request, from its connection's begin */
    ASK_AGAIN_MS =
        15 * 1000,       /* on a connection that was answered: idle time, then a whole request */
    READ_MS = 60 * 1000, /* for the answer, and beyond it: */
    SLOWEST_BYTES_PER_MS = 10,
};

struct visitors {
    pthread_mutex_t lock;
    struct visitor *first;
    size_t count, most, per_address;
};

static void lock(struct visitors *visitors)
{
    int error = pthread_mutex_lock(&visitors->lock);
    assert(!error);
}

static void unlock(struct visitors *visitors)
{
    int error = pthread_mutex_unlock(&visitors->lock);
    assert(!error);
}

struct visitors *visitors_new(size_t most, size_t per_address)
{
    struct visitors *visitors = mem_zalloc(sizeof *visitors);
    int error = pthread_mutex_init(&visitors->lock, NULL);
    assert(!error);
    visitors->most = most;
    visitors->per_address = per_address;
    return visitors;
}

void visitors_free(struct visitors *visitors)
{
    if (!visitors)
        return;
    assert(!visitors->first);
    pthread_mutex_destroy(&visitors->lock);
    free(visitors);
}

bool visitors_welcome(struct visitors *visitors, const struct sockaddr *address)
{
    uint64_t key = origin_of(address);
    if (!key || !visitors->per_address)
        return true;
    size_t same = 0;
    lock(visitors);
    for (struct visitor *v = visitors->first; v; v = v->next)
        same += v->address == key;
    unlock(visitors);
    return same < visitors->per_address;
}

/* Whoever waits longest without having asked makes room; its own thread sees the end of the stream and closes. */
static void make_room(struct visitors *visitors)
{
    struct visitor *longest = NULL;
    int64_t since = INT64_MAX;
    if (visitors->count < visitors->most / 4 * 3)
        return;
    for (struct visitor *v = visitors->first; v; v = v->next) {
        int64_t idle = atomic_load(&v->idle_since);
        if (idle && idle < since) {
            longest = v;
            since = idle;
        }
    }
    if (longest)
        shutdown(longest->socket, SHUT_RDWR);
}

static void wait_for_request(struct visitor *visitor, struct mono now, int64_t ms)
{
    visitor->heard = false;
    visitor->too_long = false;
    visitor->path[0] = visitor->query[0] = '\0';
    atomic_store(&visitor->deadline, mono_plus_ms(now, ms).ns);
    atomic_store(&visitor->idle_since, now.ns);
}

struct visitor *visitor_enter(struct visitors *visitors, int socket, const struct sockaddr *address,
                              struct mono now)
{
    struct visitor *visitor = mem_zalloc(sizeof *visitor);
    visitor->socket = socket;
    visitor->address = origin_of(address);
    wait_for_request(visitor, now, ASK_MS);
    lock(visitors);
    make_room(visitors);
    visitor->next = visitors->first;
    if (visitor->next)
        visitor->next->previous = visitor;
    visitors->first = visitor;
    visitors->count++;
    unlock(visitors);
    return visitor;
}

void visitor_leave(struct visitors *visitors, struct visitor *visitor)
{
    lock(visitors);
    if (visitor->next)
        visitor->next->previous = visitor->previous;
    *(visitor->previous ? &visitor->previous->next : &visitors->first) = visitor->next;
    visitors->count--;
    unlock(visitors);
    free(visitor);
}

/* "http://host/path", as proxies are asked, counts as "/path" (RFC 9112, 3.2.2). */
static const char *without_authority(const char *target)
{
    static const char scheme[] = "http://";
    if (strncasecmp(target, scheme, strlen(scheme)) != 0)
        return target;
    target += strlen(scheme);
    target += strcspn(target, "/?#");
    return *target == '/' ? target : "/";
}

static void take_query(struct visitor *visitor, const char *query)
{
    size_t length = strcspn(query, "#");
    if (length > VISITOR_QUERY_MAX)
        length = 0;
    memcpy(visitor->query, query, length);
    visitor->query[length] = '\0';
}

void visitor_ask(struct visitor *visitor, const char *target)
{
    target = without_authority(target);
    size_t length = strcspn(target, "?#");
    visitor->too_long = length > ANSWER_PATH_MAX;
    if (visitor->too_long)
        length = 0;
    memcpy(visitor->path, target, length);
    visitor->path[length] = '\0';
    take_query(visitor, target[length] == '?' ? target + length + 1 : "");
}

void visitor_answer(struct visitor *visitor, int64_t size, struct mono now)
{
    atomic_store(&visitor->idle_since, 0);
    atomic_store(&visitor->deadline, mono_plus_ms(now, READ_MS + size / SLOWEST_BYTES_PER_MS).ns);
}

void visitor_done(struct visitor *visitor, struct mono now)
{
    wait_for_request(visitor, now, ASK_AGAIN_MS);
}

size_t visitors_sweep(struct visitors *visitors, struct mono now)
{
    size_t count = 0;
    lock(visitors);
    for (struct visitor *v = visitors->first; v; v = v->next)
        if (atomic_load(&v->deadline) <= now.ns) {
            shutdown(v->socket, SHUT_RDWR);
            count++;
        }
    unlock(visitors);
    return count;
}

size_t visitors_answering(struct visitors *visitors)
{
    size_t count = 0;
    lock(visitors);
    for (struct visitor *v = visitors->first; v; v = v->next)
        count += atomic_load(&v->idle_since) == 0;
    unlock(visitors);
    return count;
}
