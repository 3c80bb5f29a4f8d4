#include "retry_after.h"

#include "macros.h"

#include <stddef.h>
#include <string.h>
#include <time.h>

static int64_t number_of(const char *value)
{
    int64_t number = 0;
    for (; *value >= '0' && *value <= '9'; value++) {
        if (number > (INT64_MAX - 9) / 10)
            return INT64_MAX;
        number = number * 10 + (*value - '0');
    }
    return *value ? 0 : number;
}

/* The names are English in every locale of ours: the program never calls setlocale(). */
static int64_t date_of(const char *value)
{
    static const char *const forms[] = {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT",
                                        "%a %b %e %H:%M:%S %Y"};
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        struct tm tm;
        memset(&tm, 0, sizeof tm);
        const char *end = strptime(value, forms[i], &tm);
        if (end && !*end)
            return timegm(&tm);
    }
    return 0;
}

int64_t retry_after(const char *value, int64_t now)
{
    if (*value >= '0' && *value <= '9')
        return number_of(value);
    int64_t date = date_of(value);
    return date > now ? date - now : 0;
}
