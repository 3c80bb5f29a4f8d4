#include "reminder.h"

enum { DAY_S = 86400 };

/* The last days of a certificate; what is past is not made up for. */
static int64_t before_expiry(int64_t expires, int64_t now)
{
    static const int days[] = {7, 3, 1, 0};
    for (int i = 0; days[i]; i++)
        if (expires - days[i] * DAY_S > now)
            return expires - days[i] * DAY_S;
    return 0;
}

void reminder_begin(struct reminder *reminder, enum level level, int64_t first_ms, int64_t expires,
                    int64_t now)
{
    *reminder = (struct reminder){0};
    if (!first_ms)
        return;
    if (level == LEVEL_CERTIFICATE)
        reminder->at = before_expiry(expires, now);
    else
        *reminder = (struct reminder){now + first_ms / 1000, first_ms / 1000};
}

void reminder_next(struct reminder *reminder, enum level level, int64_t expires, int64_t now)
{
    if (level == LEVEL_CERTIFICATE) {
        reminder->at = before_expiry(expires, now);
        return;
    }
    int64_t most = reminder->step > REMINDER_MOST_S ? reminder->step : REMINDER_MOST_S;
    reminder->step = reminder->step > most / 2 ? most : 2 * reminder->step;
    reminder->at = now + reminder->step;
}
