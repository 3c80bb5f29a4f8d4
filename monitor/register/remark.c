#include "remark.h"

#include "json.h"
#include "macros.h"
#include "mem.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

const char *const remark_severity_words[] = {"notice", "warning", "error", NULL};

static const struct {
    const char *code, *sentence, *advice;
    enum remark_severity severity;
} rows[] = {
#define REMARK_ROW(code, severity, sentence, advice) {#code, sentence, advice, REMARK_##severity},
    REMARK_ROWS(REMARK_ROW)
#undef REMARK_ROW
};

static const char *quote(struct remarks *remarks, const char *text)
{
    char cut[REMARK_QUOTE_MAX + 4];
    if (!text || !*text)
        return "";
    if (!text_copy(cut, sizeof cut - 3, text))
        memcpy(cut + strlen(cut), "…", sizeof "…");
    return arena_text(&remarks->arena, cut);
}

void remarks_add(struct remarks *remarks, enum remark_kind kind, size_t line, const char *key,
                 const char *value, const char *other)
{
    if (!remarks->any || rows[kind].severity > remarks->worst)
        remarks->worst = rows[kind].severity;
    remarks->any = true;
    if (remarks->count == REMARKS_MAX) {
        remarks->left_out++;
        return;
    }
    void *list = remarks->list;
    mem_grow(&list, &remarks->capacity, remarks->count + 1, sizeof *remarks->list);
    remarks->list = list;
    remarks->list[remarks->count++] = (struct remark){kind, line ? line : 1, quote(remarks, key),
                                                      quote(remarks, value), quote(remarks, other)};
}

/* By insertion: most are in order already. */
void remarks_sort(struct remarks *remarks)
{
    for (size_t i = 1; i < remarks->count; i++) {
        struct remark moved = remarks->list[i];
        size_t place = i;
        for (; place > 0 && remarks->list[place - 1].line > moved.line; place--)
            remarks->list[place] = remarks->list[place - 1];
        remarks->list[place] = moved;
    }
}

void remarks_fini(struct remarks *remarks)
{
    free(remarks->list);
    arena_free(&remarks->arena);
    *remarks = (struct remarks){0};
}

const char *remark_code(enum remark_kind kind)
{
    return rows[kind].code;
}

const char *remark_template(enum remark_kind kind)
{
    return rows[kind].sentence;
}

enum remark_severity remark_severity(enum remark_kind kind)
{
    return rows[kind].severity;
}

static const char *say(const struct remark_tongue *tongue, const char *message)
{
    return tongue ? tongue->say(tongue->owner, message) : message;
}

/* The template with what stands in for {key}, {value} and {other}; other braces are as they are. */
static void fill(const struct remark *remark, const char *template, struct buffer *out)
{
    const struct {
        const char *name, *text;
    } places[] = {{"{key}", remark->key}, {"{value}", remark->value}, {"{other}", remark->other}};
    while (*template) {
        size_t i = 0;
        while (i < ARRAY_LEN(places) && !text_starts(template, places[i].name))
            i++;
        if (i < ARRAY_LEN(places)) {
            buffer_text_add(out, places[i].text);
            template += strlen(places[i].name);
        } else {
            buffer_byte(out, *template ++);
        }
    }
}

void remark_sentence(const struct remark *remark, const struct remark_tongue *tongue,
                     struct buffer *out)
{
    fill(remark, say(tongue, rows[remark->kind].sentence), out);
}

void remark_advice(const struct remark *remark, const struct remark_tongue *tongue,
                   struct buffer *out)
{
    if (rows[remark->kind].advice)
        fill(remark, say(tongue, rows[remark->kind].advice), out);
}

void remark_print(const struct remark *remark, const char *file, const struct remark_tongue *tongue,
                  struct buffer *out)
{
    buffer_printf(out, "%s:%zu: %s: ", file, remark->line,
                  remark_severity_words[rows[remark->kind].severity]);
    remark_sentence(remark, tongue, out);
    if (rows[remark->kind].advice) {
        buffer_text_add(out, " (");
        remark_advice(remark, tongue, out);
        buffer_byte(out, ')');
    }
    buffer_byte(out, '\n');
}

static void add_filled(const struct remark *remark, const char *name,
                       void (*add)(const struct remark *remark, const struct remark_tongue *tongue,
                                   struct buffer *out),
                       const struct remark_tongue *tongue, struct buffer *out)
{
    enum { ROOM = 2048 };
    struct buffer text;
    buffer_init(&text, ROOM);
    add(remark, tongue, &text);
    if (text.length) {
        buffer_printf(out, ",\"%s\":", name);
        json_add_text(out, buffer_text(&text));
    }
    buffer_fini(&text);
}

static void add_text(const char *name, const char *text, struct buffer *out)
{
    if (*text) {
        buffer_printf(out, ",\"%s\":", name);
        json_add_text(out, text);
    }
}

void remark_json(const struct remark *remark, const struct remark_tongue *tongue,
                 struct buffer *out)
{
    buffer_printf(out, "{\"line\":%zu,\"severity\":\"%s\",\"code\":\"%s\"", remark->line,
                  remark_severity_words[rows[remark->kind].severity], rows[remark->kind].code);
    add_text("key", remark->key, out);
    add_text("value", remark->value, out);
    add_filled(remark, "message", remark_sentence, tongue, out);
    add_filled(remark, "advice", remark_advice, tongue, out);
    buffer_byte(out, '}');
}
