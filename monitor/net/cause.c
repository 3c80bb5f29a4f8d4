#include "cause.h"

#include "macros.h"

#include <errno.h>
#include <stddef.h>

struct cause {
    int error;
    enum reason reason;
};

/* ENETUNREACH is missing on purpose: that we have no route to a whole network is our side's affair. */
static const struct cause on_connect[] = {
    {ECONNREFUSED, REASON_connect_refused}, {ETIMEDOUT, REASON_connect_timeout},
    {ECONNRESET, REASON_connect_reset},     {ECONNABORTED, REASON_connect_reset},
    {EPIPE, REASON_connect_reset},          {EHOSTUNREACH, REASON_unreachable},
    {EHOSTDOWN, REASON_unreachable},        {ENOPROTOOPT, REASON_unreachable},
};

static const struct cause on_transfer[] = {
    {ECONNRESET, REASON_connect_reset}, {ECONNABORTED, REASON_connect_reset},
    {EPIPE, REASON_connect_reset},      {ETIMEDOUT, REASON_timeout},
    {EHOSTUNREACH, REASON_unreachable},
};

static enum reason look_up(const struct cause *causes, size_t count, int error)
{
    for (size_t i = 0; i < count; i++)
        if (causes[i].error == error)
            return causes[i].reason;
    return REASON_self;
}

enum reason cause_of_connect(int error)
{
    return look_up(on_connect, ARRAY_LEN(on_connect), error);
}

enum reason cause_of_transfer(int error)
{
    return look_up(on_transfer, ARRAY_LEN(on_transfer), error);
}
