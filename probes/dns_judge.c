#include "dns_judge.h"

#include "dns_record.h"
#include "stamp.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

/* ---- the answer code ---- */

static enum packet_verdict judge_failure(unsigned rcode, struct packet_answer *ret)
{
    switch (rcode) {
    case DNS_SERVFAIL:
        return packet_judged(ret, REASON_dns_servfail, "SERVFAIL");
    case DNS_NXDOMAIN:
        return packet_judged(ret, REASON_dns_nxdomain, "NXDOMAIN");
    case DNS_REFUSED:
        return packet_judged(ret, REASON_banner_refused, "REFUSED: it does not serve this name");
    default:
        return packet_judged(ret, REASON_protocol_error, "RCODE %u", rcode);
    }
}

static enum packet_verdict judge_rcode(const struct dns_case *dns, struct packet_answer *ret)
{
    unsigned rcode = dns->message.rcode, wanted = (unsigned)dns->options->rcode;
    if (rcode == wanted)
        return PACKET_OTHER;
    if (wanted != DNS_NOERROR && (rcode == DNS_NOERROR || rcode == DNS_NXDOMAIN))
        return packet_judged(ret, REASON_body_mismatch, "%s with %u records, not %s",
                             dns_options_rcodes[rcode], dns->message.answers,
                             dns_options_rcodes[wanted]);
    return judge_failure(rcode, ret);
}

/* ---- DNSSEC ---- */

/* The records that answer and, where an alias led to them, that alias; what denies them when there are none. */
static bool is_signed(const struct dns_case *dns, uint32_t *ret_until)
{
    const struct dns_answers *answers = &dns->answers;
    if (!answers->count && !answers->aliases)
        return dns_signature_find(&dns->message, NULL, 0, ret_until);
    return (!answers->aliases ||
            dns_signature_find(&dns->message, &dns->question.name, DNS_CNAME, ret_until)) &&
           (!answers->count ||
            dns_signature_find(&dns->message, &answers->owner, dns->question.type, ret_until));
}

static enum packet_verdict judge_dnssec(const struct dns_case *dns, struct packet_answer *ret)
{
    char stamp[STAMP_SIZE] = "";
    uint32_t until = 0;
    int64_t now = wall_seconds(dns->now);
    bool is_good = is_signed(dns, &until), is_authentic = dns->message.authenticated;
    int64_t end = now + (int32_t)(until - (uint32_t)now); /* RFC 1982 */
    stamp_seconds(end, stamp);
    if (dns->options->dnssec != DNS_DNSSEC_OPTIONAL && !is_good)
        return packet_judged(ret, REASON_body_mismatch, "not signed: no RRSIG came with it");
    if (dns->options->dnssec != DNS_DNSSEC_OPTIONAL && end < now)
        return packet_judged(ret, REASON_body_mismatch, "its signature expired on %.10s", stamp);
    if (dns->options->dnssec == DNS_DNSSEC_VALIDATED && !is_authentic)
        return packet_judged(ret, REASON_body_mismatch,
                             "signed, but the resolver does not vouch for it (no AD)");
    if (!is_good)
        return packet_judged(ret, REASON_ok, "DNSSEC: not signed");
    return packet_judged(ret, REASON_ok, "DNSSEC: %s %.10s%s",
                         end < now ? "signature expired on" : "signed until", stamp,
                         is_authentic ? ", validated" : "");
}

/* ---- the records ---- */

/* Names in records are lower case by then, whatever case the operator writes. */
static bool is_item(uint16_t type, const char *item, size_t length, const char *text)
{
    bool exact = type == DNS_TXT || type == DNS_CAA;
    return strlen(text) == length &&
           (exact ? strncmp(item, text, length) : strncasecmp(item, text, length)) == 0;
}

/* Which of the items this record is, as a bit; 0 = none. */
static uint64_t item_bit(const char *list, uint16_t type, const char *text)
{
    const char *item;
    size_t length;
    for (uint64_t bit = 1; dns_options_next(&list, &item, &length); bit <<= 1)
        if (is_item(type, item, length, text))
            return bit;
    return 0;
}

static enum packet_verdict judge_missing(const char *list, uint64_t seen, struct packet_answer *ret)
{
    const char *item;
    size_t length;
    for (uint64_t bit = 1; dns_options_next(&list, &item, &length); bit <<= 1)
        if (!(seen & bit))
            return packet_judged(ret, REASON_body_mismatch, "the record is missing: %.*s",
                                 (int)length, item);
    return PACKET_OTHER;
}

static enum packet_verdict judge_records(const struct dns_case *dns, struct packet_answer *ret)
{
    const struct dns_options *options = dns->options;
    const struct dns_answers *answers = &dns->answers;
    char text[DNS_RECORD_TEXT_SIZE] = "";
    bool found = !options->record;
    uint64_t seen = 0;
    for (size_t i = 0; i < answers->count; i++) {
        if (!dns_record_text(&dns->message, &answers->records[i], text))
            return packet_judged(ret, REASON_protocol_error, "a record breaks its format");
        uint64_t bit = options->exactly ? item_bit(options->exactly, dns->question.type, text) : 1;
        if (!bit)
            return packet_judged(ret, REASON_body_mismatch, "one record too many: %s", text);
        seen |= bit;
        found = found || strstr(text, options->record);
    }
    if (!found)
        return packet_judged(ret, REASON_body_mismatch,
                             "none of %zu records has \"%.60s\"; one is: %s", answers->count,
                             options->record, text);
    return options->exactly ? judge_missing(options->exactly, seen, ret) : PACKET_OTHER;
}

static enum packet_verdict judge_answers(struct dns_case *dns, struct packet_answer *ret)
{
    const struct dns_options *options = dns->options;
    struct dns_answers *answers = &dns->answers;
    if (!dns_answers_find(&dns->question, &dns->message, answers))
        return packet_judged(ret, REASON_protocol_error,
                             "a record of the answer breaks its format");
    if (answers->count)
        return judge_records(dns, ret);
    /* An authoritative server has said all when the alias leads out of its zones. */
    if (answers->aliases && !options->recursion && !options->record && !options->exactly)
        return PACKET_OTHER;
    return packet_judged(ret, REASON_body_mismatch, "no %s record%s",
                         dns_type_text(dns->question.type),
                         answers->aliases ? ", only an alias" : "");
}

/* ---- all of it ---- */

static enum packet_verdict judge_authority(const struct dns_case *dns, struct packet_answer *ret)
{
    if (dns->message.authoritative || !dns_options_wants_authority(dns->options))
        return PACKET_OTHER;
    const char *hint = "";
    if (dns->message.answers == 0 && dns->message.authorities)
        hint = ": it refers us to other servers (lame)";
    else if (dns->message.recursive)
        hint = "; for a resolver, set recursion yes";
    return packet_judged(ret, REASON_body_mismatch, "the answer is not authoritative%s", hint);
}

/* Who is expected to fail says nothing more. */
static enum packet_verdict judge_content(struct dns_case *dns, struct packet_answer *ret)
{
    bool answers = dns->message.rcode == DNS_NOERROR;
    if (!answers && dns->message.rcode != DNS_NXDOMAIN)
        return packet_judged(ret, REASON_ok, "%s", "");
    enum packet_verdict verdict = judge_authority(dns, ret);
    if (verdict == PACKET_OTHER && answers)
        verdict = judge_answers(dns, ret);
    return verdict == PACKET_OTHER ? judge_dnssec(dns, ret) : verdict;
}

enum packet_verdict dns_judge_message(struct dns_case *dns, const uint8_t *bytes, size_t length,
                                      struct packet_answer *ret)
{
    const char *why;
    enum dns_fit fit = dns_message_read(&dns->question, bytes, length, &dns->message, &why);
    dns->answers = (struct dns_answers){.count = 0};
    if (fit == DNS_FOREIGN)
        return PACKET_OTHER;
    if (fit == DNS_GARBAGE)
        return packet_judged(ret, REASON_protocol_error, "%s", why);
    if (dns->message.truncated && dns->stream)
        return packet_judged(ret, REASON_protocol_error, "the answer is cut off even over TCP");
    if (dns->message.truncated)
        return PACKET_CUT;
    enum packet_verdict verdict = judge_rcode(dns, ret);
    return verdict == PACKET_OTHER ? judge_content(dns, ret) : verdict;
}

/* ---- for the engine ---- */

int dns_judge_check_url(const char *url, struct fault *fault)
{
    struct dns_question question;
    return dns_question_read(url, &question, fault);
}

static struct dns_question question_of(const struct packet_question *question)
{
    const struct dns_options *options = question->options;
    struct dns_question dns = {.recursion = options->recursion, .dnssec = true};
    struct fault fault;
    memcpy(&dns.id, question->nonce, sizeof dns.id);
    int rc = dns_question_read(question->url, &dns, &fault);
    assert(rc == 0); /* dns_judge_check_url() has passed it */
    return dns;
}

size_t dns_judge_build(const struct packet_question *question, uint8_t *ret, size_t size)
{
    struct dns_question dns = question_of(question);
    size_t prefix = question->stream ? 2 : 0;
    assert(size >= prefix + DNS_QUESTION_SIZE);
    size_t length = dns_question_write(&dns, ret + prefix);
    if (prefix) {
        ret[0] = (uint8_t)(length >> 8);
        ret[1] = (uint8_t)length;
    }
    return prefix + length;
}

static enum packet_verdict judge_whole(const struct packet_question *question, const uint8_t *bytes,
                                       size_t length, struct packet_answer *ret)
{
    struct dns_case dns = {.question = question_of(question),
                           .options = question->options,
                           .stream = question->stream,
                           .now = question->now};
    return dns_judge_message(&dns, bytes, length, ret);
}

enum packet_verdict dns_judge(const struct packet_question *question, const uint8_t *bytes,
                              size_t length, struct packet_answer *ret)
{
    if (!question->stream)
        return judge_whole(question, bytes, length, ret);
    size_t announced = length < 2 ? 0 : (size_t)bytes[0] << 8 | bytes[1];
    if (length < 2 || announced > length - 2)
        return PACKET_OTHER;
    enum packet_verdict verdict = judge_whole(question, bytes + 2, announced, ret);
    return verdict == PACKET_OTHER
               ? packet_judged(ret, REASON_protocol_error, "the answer over TCP has another id")
               : verdict;
}
