/* A store of values: Redis and its kin (RESP, redis.io/docs/reference/protocol-spec). One that wants a password first lives;
 * one that is loading its data, is full, or is in protected mode does not serve. */
#include "dialogue_run.h"
#include "macros.h"

static const struct dialogue_step steps[] = {
    {.name = "PING",
     .say = "PING\r\n",
     .await = AWAIT_LINE,
     .good = "+PONG|-NOAUTH|-NOPERM|-ERR operation not permitted",
     .refused = "-"},
    {.name = "QUIT", .say = "QUIT\r\n", .await = AWAIT_LINE, .good = "+OK", .parting = true},
};

static const struct dialogue_script script = {.steps = steps, .count = ARRAY_LEN(steps)};

extern const struct probe_type probe_redis;

const struct probe_type probe_redis = {
    .name = "redis",
    .options = {"redis", NULL, 0},
    DIALOGUE_TYPE(6379, &script),
};
