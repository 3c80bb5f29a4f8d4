#include "dns_judge.h"
#include "dns_run.h"
#include "macros.h"

/* RFC 7858: DNS as over TCP, inside TLS. Only resolvers offer it to the public. */
static const struct schema_row rows[] = {DNS_OPTIONS_ROWS("yes")};

static const struct packet_protocol protocol = {
    .carrier = PACKET_TLS, .build = dns_judge_build, .judge = dns_judge};

extern const struct probe_type probe_dot;
const struct probe_type probe_dot = {
    .name = "dot",
    .port = 853,
    .options = {"dot", rows, ARRAY_LEN(rows)},
    .options_size = sizeof(struct dns_options),
    .check = dns_options_check,
    .check_url = dns_judge_check_url,
    .protocol = &protocol,
    .run_size = sizeof(struct dns_run),
    .start = dns_run_start,
    .cancel = dns_run_cancel,
};
