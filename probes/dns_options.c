#include "dns_options.h"

#include "macros.h"

#include <string.h>

const char *const dns_options_authority[] = {"auto", "yes", "no", NULL};
const char *const dns_options_dnssec[] = {"optional", "required", "validated", NULL};
/* by their numbers */
const char *const dns_options_rcodes[] = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN",
                                          "NOTIMP",  "REFUSED", NULL};

bool dns_options_wants_authority(const struct dns_options *options)
{
    return options->authoritative == DNS_AUTHORITY_AUTO
               ? !options->recursion
               : options->authoritative == DNS_AUTHORITY_YES;
}

static const char *skip_space(const char *at, const char *end)
{
    while (at < end && *at == ' ')
        at++;
    return at;
}

static const char *item_end(const char *at)
{
    bool quoted = false;
    for (; *at && (quoted || *at != ','); at++)
        quoted = *at == '"' ? !quoted : quoted;
    return at;
}

bool dns_options_next(const char **cursor, const char **ret, size_t *ret_length)
{
    if (!**cursor)
        return false;
    const char *end = item_end(*cursor), *item = skip_space(*cursor, end);
    *cursor = *end ? end + 1 : end;
    while (end > item && end[-1] == ' ')
        end--;
    *ret = item;
    *ret_length = (size_t)(end - item);
    return true;
}

static int check_list(const char *list, struct fault *fault)
{
    const char *item;
    size_t length, count = 0;
    while (list && dns_options_next(&list, &item, &length)) {
        if (length == 0)
            return fault_set(fault, "expect-exactly has an empty record between two commas");
        if (++count > DNS_ANSWERS_MAX)
            return fault_set(fault, "expect-exactly takes at most %d records", DNS_ANSWERS_MAX);
    }
    return 0;
}

int dns_options_check(const void *object, struct fault *fault)
{
    const struct dns_options *options = object;
    bool answers = options->rcode == DNS_NOERROR;
    bool found = answers || options->rcode == DNS_NXDOMAIN;
    const struct {
        bool amiss;
        const char *sentence;
    } rows[] = {
        {options->record && options->exactly,
         "expect-record and expect-exactly do not go together: the latter names all records"},
        {!answers && (options->record || options->exactly),
         "records come with expect-rcode NOERROR only: leave out expect-record and expect-exactly"},
        {!found && options->dnssec != DNS_DNSSEC_OPTIONAL,
         "dnssec goes with expect-rcode NOERROR or NXDOMAIN: nothing else is signed"},
        {options->dnssec == DNS_DNSSEC_VALIDATED && !options->recursion,
         "dnssec validated is for resolvers: add recursion yes, or use dnssec required"},
        {options->serials && options->recursion,
         "serials same asks a server that has the zone itself: leave out recursion"},
        {options->serials && !answers,
         "serials same needs a zone that exists: leave out expect-rcode"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].amiss)
            return fault_set(fault, "%s", rows[i].sentence);
    return check_list(options->exactly, fault);
}
