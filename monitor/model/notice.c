#include "notice.h"

#include <string.h>

static const struct {
    const char *code, *sentence;
} rows[NOTICE_COUNT] = {
#define ROW(code, sentence) {#code, sentence},
    NOTICE_TABLE(ROW)
#undef ROW
};

const char *notice_code(enum notice notice)
{
    return rows[notice].code;
}

const char *notice_sentence(enum notice notice)
{
    return rows[notice].sentence;
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
