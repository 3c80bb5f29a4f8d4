#include "log.h"

#include "buffer.h"
#include "clock.h"
#include "stamp.h"
#include "text.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MOST = 4095 }; /* bytes, with the line end */

static _Atomic enum log_level least = LOG_LEVEL_INFO;
static const char *_Atomic process = "vibrisse";

static const char *const level_names[] = {"debug", "info", "warning", "error"};

void log_set_level(enum log_level level)
{
    atomic_store(&least, level);
}

void log_set_name(const char *name)
{
    atomic_store(&process, name);
}

static void add_value(struct buffer *line, const char *value)
{
    char clean[512];
    text_clean(clean, sizeof clean, value, strlen(value));
    if (clean[0] && !strpbrk(clean, " \"=\\")) {
        buffer_text_add(line, clean);
        return;
    }
    buffer_byte(line, '"');
    for (const char *c = clean; *c; c++) {
        if (*c == '"' || *c == '\\')
            buffer_byte(line, '\\');
        buffer_byte(line, *c);
    }
    buffer_byte(line, '"');
}

/* Whole or not at all: a pair that is cut off would leave a quote open, and take the line end with it. */
static void add_pair(struct buffer *line, const char *key, const char *value)
{
    size_t before = line->length;
    buffer_printf(line, " %s=", key);
    add_value(line, value);
    if (line->overflow || line->length == LINE_MOST) {
        line->length = before;
        line->overflow = false;
    }
}

void log_event(enum log_level level, const char *message, ...)
{
    if (level < atomic_load(&least))
        return;
    char stamp[STAMP_SIZE];
    struct buffer line;
    buffer_init(&line, LINE_MOST);
    buffer_printf(&line, "%s %s %s: %s", stamp_ms(clock_wall(), stamp), atomic_load(&process),
                  level_names[level], message);
    va_list list;
    va_start(list, message);
    for (const char *key; (key = va_arg(list, const char *));) {
        const char *value = va_arg(list, const char *);
        add_pair(&line, key, value ? value : "");
    }
    va_end(list);
    buffer_byte(&line, '\n');
    /* One write for one line, so that threads and processes do not mix theirs. Nobody to tell if it fails. */
    ssize_t ignored = write(STDERR_FILENO, line.bytes, line.length);
    (void)ignored;
    buffer_fini(&line);
}
