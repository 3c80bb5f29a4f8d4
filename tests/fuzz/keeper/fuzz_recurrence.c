/* Recurrence rules: the first line is the rule, the rest of the bytes choose where it begins. */
#include "recurrence.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RULE_MAX = 1024 };

struct begins {
    int64_t last, until;
    int count;
};

static void check(void *owner, int64_t begin)
{
    struct begins *begins = owner;
    assert(begin >= begins->last && begin < begins->until);
    begins->last = begin;
    assert(++begins->count <= RECURRENCE_MOST);
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    char rule[RULE_MAX + 1];
    struct fault fault;
    size_t length = 0;
    int64_t first = 1767225600;
    setenv("TZ", "Europe/Paris", 1);
    tzset();
    for (; length < size && length < RULE_MAX && bytes[length] != '\n'; length++)
        rule[length] = (char)bytes[length];
    rule[length] = '\0';
    for (size_t i = length + 1; i < size && i < length + 4; i++)
        first += bytes[i] * INT64_C(40000);
    struct begins begins = {.last = first - 86400, .until = first + INT64_C(20) * 366 * 86400};
    if (recurrence_check(rule, first, &fault) == 0)
        recurrence_each(rule, first, begins.until, check, &begins);
    return 0;
}
