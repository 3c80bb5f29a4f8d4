/* Any bytes as what a name server says of its zone example.org: an 'N' and its list of name servers, or an 'S' and its serial.
 * The id is zero. */
#include "dns_server.h"

#include "text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void on_named(void *owner, const char *name)
{
    size_t *names = owner;
    assert(strlen(name) < DNS_NAME_TEXT_SIZE && text_is_utf8(name, strlen(name)));
    assert(++*names <= DNS_ANSWERS_MAX);
}

static const struct dns_server_owner calls = {.named = on_named};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct dns_server *server = calloc(1, sizeof *server);
    uint8_t *copy = malloc(length ? length : 1);
    size_t names = 0;
    assert(server && copy);
    server->calls = &calls;
    server->owner = &names;
    int rc = dns_question_make("example.org", length && bytes[0] == 'N' ? DNS_NS : DNS_SOA,
                               &server->question, NULL);
    assert(rc == 0);
    if (length)
        memcpy(copy, bytes + 1, length - 1);
    if (length && dns_server_take(server, copy, length - 1))
        assert(server->answer.reason == REASON_ok || server->answer.detail[0]);
    free(copy);
    free(server);
    return 0;
}
