/* Any bytes as a result line: refused, or read into a result that can be written and read again to the same. */
#include "result_line.h"

#include "text.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void write_line(const struct result *result, struct buffer *line)
{
    buffer_init(line, 2 * RESULT_LINE_MAX);
    result_line_write(result, line);
    assert(!line->overflow && line->length <= RESULT_LINE_MAX + 1);
    assert(line->bytes[line->length - 1] == '\n' && !memchr(line->bytes, '\n', line->length - 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct result result, again;
    struct fault fault;
    struct buffer first, second;
    if (result_line_read((const char *)bytes, length, &result, &fault))
        return 0;
    assert(text_is_utf8(result.detail, strlen(result.detail)));
    assert(text_is_id(result.vantage) && text_is_id(result.check));
    write_line(&result, &first);
    int rc = result_line_read(first.bytes, first.length - 1, &again, &fault);
    assert(rc == 0);
    write_line(&again, &second);
    assert(first.length == second.length && memcmp(first.bytes, second.bytes, first.length) == 0);
    buffer_fini(&first);
    buffer_fini(&second);
    return 0;
}
