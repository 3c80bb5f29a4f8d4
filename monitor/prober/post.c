#include "post.h"

#include "hash.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>

enum { DEFINITION_MAX = 2 * ORDER_LINE_MAX };

/* Not in the arena, whose blocks it would not fill. */
static char *definition_of(const struct watch *watch)
{
    struct buffer text;
    buffer_init(&text, DEFINITION_MAX);
    order_write_watch(watch, &text);
    char *definition = mem_text(buffer_text(&text));
    buffer_fini(&text);
    return definition;
}

struct post *post_new(struct rota *rota, struct arena *arena, const struct watch *watch,
                      const struct catalogue *catalogue, struct fault *fault)
{
    struct post *post = mem_zalloc(sizeof *post);
    post->rota = rota;
    post->arena = *arena;
    post->watch = *watch;
    *arena = (struct arena){0};
    if (target_read(&post->watch, catalogue, &post->arena, &post->target, fault)) {
        post_free(post);
        return NULL;
    }
    post->definition = definition_of(watch);
    for (int i = 0; i < FAMILY_COUNT; i++) {
        post->lines[i].post = post;
        sentry_line_init(&post->lines[i].sentry, post->watch.service, &post->watch.check,
                         &post->target, (enum family)i);
    }
    return post;
}

void post_free(struct post *post)
{
    arena_free(&post->arena);
    free(post->definition);
    free(post);
}

int post_compare(const struct post *left, const struct post *right)
{
    int order = strcmp(left->watch.service, right->watch.service);
    return order ? order : strcmp(left->watch.check.id, right->watch.check.id);
}

bool post_is_busy(const struct post *post)
{
    if (post->running)
        return true;
    for (int i = 0; i < FAMILY_COUNT; i++)
        if (post->lines[i].running)
            return true;
    return false;
}

uint64_t post_key(const struct post *post)
{
    return hash_text(post->watch.service) * 31 + hash_text(post->watch.check.id);
}
