#include "dns_judge.h"
#include "dns_run.h"
#include "macros.h"

static const char *const transports[] = {"udp", "tcp", "both", NULL};
static const char *const agreements[] = {"any", "same", NULL};

static const struct schema_row rows[] = {
    DNS_OPTIONS_ROWS("no"),
    {.name = "transport",
     .type = SCHEMA_ENUM,
     .offset = DNS_OPTION(transport),
     .preset = "udp",
     .words = transports,
     .doc = "How the question is sent: udp (and over TCP when the answer is cut off, as every "
            "resolver does), tcp alone, or both one after the other.",
     .example = "both"},
    {.name = "serials",
     .type = SCHEMA_ENUM,
     .offset = DNS_OPTION(serials),
     .preset = "any",
     .words = agreements,
     .doc = "With same, the server is also asked for the name servers of the zone (NS), and each "
            "of them must have it with the same serial.",
     .example = "same"},
};

static const struct packet_protocol protocol = {.build = dns_judge_build, .judge = dns_judge};

extern const struct probe_type probe_dns;
const struct probe_type probe_dns = {
    .name = "dns",
    .port = 53,
    .options = {"dns", rows, ARRAY_LEN(rows)},
    .options_size = sizeof(struct dns_options),
    .check = dns_options_check,
    .check_url = dns_judge_check_url,
    .protocol = &protocol,
    .run_size = sizeof(struct dns_run),
    .start = dns_run_start,
    .cancel = dns_run_cancel,
};
