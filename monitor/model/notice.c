#include "notice.h"

#include "macros.h"

#include <string.h>

static const struct {
    const char *code, *phrase;
} rows[NOTICE_COUNT] = {
#define ROW(code, phrase) {#code, phrase},
    NOTICE_TABLE(ROW)
#undef ROW
};

const char *notice_code(enum notice notice)
{
    return rows[notice].code;
}

const char *notice_phrase(enum notice notice)
{
    return rows[notice].phrase;
}

bool notice_parse(const char *code, enum notice *ret)
{
    for (int i = 0; i < NOTICE_COUNT; i++) {
        if (strcmp(rows[i].code, code) == 0) {
            *ret = (enum notice)i;
            return true;
        }
    }
    return false;
}
