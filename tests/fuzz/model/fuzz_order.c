/* Any bytes as an order or a heartbeat: refused, or read into what can be written and read again to the same. */
#include "heartbeat.h"
#include "order.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void write_order(const struct order *order, struct buffer *line)
{
    buffer_init(line, 16 * ORDER_LINE_MAX);
    if (order->kind == ORDER_WATCH)
        order_write_watch(&order->watch, line);
    else
        order_write_go(&order->rules, line);
    assert(!memchr(line->bytes, '\n', line->length - 1));
}

static void try_order(const char *bytes, size_t length)
{
    struct arena arena = {0};
    struct order order, again;
    struct fault fault;
    if (order_read(bytes, length, &arena, &order, &fault) == 0) {
        struct buffer first, second;
        write_order(&order, &first);
        /* Escapes may make a line longer than it was read; then it is refused, which is right, too. */
        if (order_read(first.bytes, first.length - 1, &arena, &again, &fault) == 0) {
            write_order(&again, &second);
            assert(strcmp(buffer_text(&first), buffer_text(&second)) == 0);
            buffer_fini(&second);
        }
        buffer_fini(&first);
    }
    arena_free(&arena);
}

static void try_heartbeat(const char *bytes, size_t length)
{
    struct heartbeat beat, again;
    struct buffer line;
    if (!heartbeat_read(bytes, length, &beat))
        return;
    buffer_init(&line, 1000);
    heartbeat_write(&beat, &line);
    bool good = heartbeat_read(line.bytes, line.length - 1, &again);
    assert(good && memcmp(&beat, &again, sizeof beat) == 0);
    buffer_fini(&line);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    try_order((const char *)bytes, length);
    try_heartbeat((const char *)bytes, length);
    return 0;
}
