/* Any text as a literal, an endpoint and a network: what is taken prints and reads again to the same. */
#include "address.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void try_address(const struct sockaddr_storage *address)
{
    static const struct address_policy none;
    struct sockaddr_storage again;
    char text[ADDRESS_TEXT_SIZE];
    address_text((const struct sockaddr *)address, text);
    assert(address_parse(text, address_port((const struct sockaddr *)address), &again) == 0);
    assert(address_compare((const struct sockaddr *)address, (struct sockaddr *)&again) == 0);
    bool allowed = address_allowed(&none, (const struct sockaddr *)address);
    assert(allowed == address_allowed(&none, (struct sockaddr *)&again));
}

static void try_net(const char *text)
{
    struct fault fault;
    struct address_policy policy;
    const char *const allow[] = {text, NULL};
    if (address_policy_init(&policy, allow, &fault) == 0) {
        assert(policy.allow_count == 1 && policy.allow[0].bits <= 128);
        address_policy_fini(&policy);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct sockaddr_storage address;
    char *text = strndup((const char *)bytes, length);
    assert(text);
    if (address_parse(text, 443, &address) == 0)
        try_address(&address);
    if (address_parse_endpoint(text, 53, &address) == 0)
        try_address(&address);
    try_net(text);
    free(text);
    return 0;
}
