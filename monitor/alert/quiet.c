#include "quiet.h"

bool quiet_is(struct quiet_hours hours, int minute)
{
    if (hours.from <= hours.to)
        return minute >= hours.from && minute < hours.to;
    return minute >= hours.from || minute < hours.to;
}
