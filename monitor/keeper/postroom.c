#include "postroom.h"

#include "log.h"
#include "macros.h"
#include "mem.h"
#include "text.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* ---- its lines ---- */

static void on_line(void *owner, const char *line, size_t length)
{
    struct postroom *post = owner;
    struct receipt receipt;
    if (receipt_read(line, length, &receipt))
        post->ears.receipt(post->ears.owner, &receipt);
    else
        log_event(LOG_LEVEL_WARNING, "a line of the courier was refused", NULL);
}

static void on_too_long(void *owner)
{
    (void)owner;
    log_event(LOG_LEVEL_WARNING, "a line of the courier was refused", "why", "it is too long",
              NULL);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    (void)handle;
    *buf = uv_buf_init(mem_alloc(suggested), (unsigned)suggested);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
    struct child *child = stream->data;
    struct postroom *post = container_of(child, struct postroom, courier);
    if (count > 0)
        lines_feed(&post->lines, buf->base, (size_t)count);
    else if (count < 0)
        uv_read_stop(stream); /* it is ending; its exit is told by itself */
    free(buf->base);
}

/* ---- to it ---- */

static void on_written(uv_write_t *write, int status)
{
    (void)status; /* a courier that does not read is ending */
    free(write->data);
    free(write);
}

bool postroom_send(struct postroom *post, const char *line, size_t length)
{
    uv_stream_t *in = (uv_stream_t *)&post->courier.in;
    if (!post->courier.running || uv_is_closing((uv_handle_t *)in) ||
        uv_stream_get_write_queue_size(in) > POSTROOM_UNSENT_MAX)
        return false;
    uv_write_t *write = mem_zalloc(sizeof *write);
    char *copy = mem_array(length, 1);
    memcpy(copy, line, length);
    write->data = copy;
    uv_buf_t buf = uv_buf_init(copy, (unsigned)length);
    int rc = uv_write(write, in, &buf, 1, on_written);
    if (rc)
        on_written(write, rc);
    return rc == 0;
}

static void on_started(struct child *child)
{
    struct postroom *post = container_of(child, struct postroom, courier);
    lines_reset(&post->lines);
    uv_read_start((uv_stream_t *)&child->out, on_alloc, on_read);
    postroom_send(post, post->rules_line, post->rules_length);
    if (post->ears.started)
        post->ears.started(post->ears.owner);
}

void postroom_write_rules(const struct config *config, struct buffer *out)
{
    char agent[256];
    const char *url = config->user_agent_url;
    const struct errand_rules rules = {
        .user_agent = agent,
        .ca_file = config->ca_file,
        .allow = config->alerts.allow,
        .resolvers = config->resolvers,
        .second = config->alerts.resolvers,
        .templates = config->alerts.templates,
        .template_count = config->alerts.template_count,
    };
    text_format(agent, sizeof agent, "vibrisse/" VIBRISSE_VERSION "%s%s%s", url ? " (+" : "",
                url ? url : "", url ? ")" : "");
    errand_write_rules(&rules, out);
}

/* ---- its life ---- */

void postroom_init(struct postroom *post, const char *program, uv_loop_t *loop,
                   const struct postroom_ears *ears)
{
    const char *args[] = {program, "courier", NULL};
    post->loop = loop;
    post->ears = *ears;
    memcpy(post->args, args, sizeof args);
    post->rules = (struct child_rules){.name = "courier", .args = post->args, .piped = true};
    post->courier.rules = &post->rules;
    post->courier.started = on_started;
    lines_init(&post->lines, RECEIPT_LINE_MAX, on_line, on_too_long, post);
}

int postroom_open(struct postroom *post, const struct config *config, struct fault *fault)
{
    struct buffer line;
    buffer_init(&line, ERRAND_LINE_MAX);
    postroom_write_rules(config, &line);
    free(post->rules_line);
    post->rules_line = buffer_take(&line, &post->rules_length);
    if (!post->courier.again.loop)
        return child_start(&post->courier, post->loop, fault);
    postroom_send(post, post->rules_line, post->rules_length);
    return 0;
}

void postroom_stop(struct postroom *post)
{
    child_stop(&post->courier, SIGTERM);
}

void postroom_fini(struct postroom *post)
{
    lines_fini(&post->lines);
    free(post->rules_line);
}
