/* Talk: IRC (RFC 2812), in clear or under TLS at once (RFC 7194). We ask what the server can do (IRCv3 CAP LS), which every
 * server answers before anybody registers, and go: no nickname is taken, no channel is seen. An old server that knows no CAP
 * says so, or that we have to register first. What is refused before we said who we are is refused for where we come from
 * (clone limits, throttles, bans), unless it is full. */
#include "dialogue_run.h"
#include "macros.h"

static const struct dialogue_step steps[] = {
    {.name = "CAP",
     .say = "CAP LS 302\r\n",
     .await = AWAIT_UNTIL,
     .good = "CAP |:% CAP |:% 421 |:% 451 |421 |451 ",
     .blocked =
         ":% 465 |465 |:% 463 |ERROR :&thrott|ERROR :&too fast|ERROR :&too many|ERROR :&lined|"
         "ERROR :&ban|ERROR :&clones|ERROR :&denied|ERROR :&unauthorized",
     .refused = "ERROR|:% ERROR",
     .between = ":|NOTICE |PING "},
    {.name = "QUIT",
     .say = "QUIT :just looking whether it works\r\n",
     .await = AWAIT_UNTIL,
     .good = "ERROR|:% ERROR",
     .parting = true},
};

static const struct dialogue_script in_clear = {.steps = steps, .count = ARRAY_LEN(steps)};
static const struct dialogue_script under_tls = {
    .steps = steps, .count = ARRAY_LEN(steps), .tls_first = true};

extern const struct probe_type probe_irc, probe_ircs;

const struct probe_type probe_irc = {
    .name = "irc",
    .options = {"irc", NULL, 0},
    DIALOGUE_TYPE(6667, &in_clear),
};

const struct probe_type probe_ircs = {
    .name = "ircs",
    .options = {"ircs", NULL, 0},
    DIALOGUE_TYPE(6697, &under_tls),
};
