#include "backoff.h"

#include "hash.h"
#include "macros.h"

int64_t backoff_ms(int failures, const char *salt)
{
    static const int seconds[] = {5, 30, 120, 300, 900, 1800, BACKOFF_MOST_S};
    int last = (int)ARRAY_LEN(seconds) - 1;
    int step = failures < 1 ? 0 : failures - 1 < last ? failures - 1 : last;
    uint64_t chance = hash_text(salt) ^ ((uint64_t)failures * UINT64_C(0x9E3779B97F4A7C15));
    int64_t permille = (int64_t)(hash_bytes(&chance, sizeof chance) % 401) - 200;
    return seconds[step] * (1000 + permille);
}
