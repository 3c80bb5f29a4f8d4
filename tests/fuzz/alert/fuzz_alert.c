/* Any bytes as an alert: refused, or read into one that can be written and read again to the same. */
#include "alert.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void check_again(const struct alert *alert, struct alert *again)
{
    struct buffer line;
    buffer_init(&line, ALERT_LINE_MAX);
    alert_write(alert, &line);
    assert(!line.overflow && !memchr(line.bytes, '\n', line.length));
    bool good = alert_read(line.bytes, line.length, again);
    assert(good && memcmp(alert, again, sizeof *alert) == 0);
    buffer_fini(&line);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct alert *alerts = malloc(2 * sizeof *alerts);
    assert(alerts);
    if (alert_read((const char *)bytes, length, &alerts[0]))
        check_again(&alerts[0], &alerts[1]);
    free(alerts);
    return 0;
}
