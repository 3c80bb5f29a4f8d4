#include "dns_message.h"
#include "dns_record.h"
#include "macros.h"
#include "packet.h"

#include <assert.h>
#include <string.h>

enum { AUTHORITATIVE_AUTO, AUTHORITATIVE_YES, AUTHORITATIVE_NO };

static const char *const authoritative_words[] = {"auto", "yes", "no", NULL};

struct dns_options {
    bool recursion;
    int authoritative;
    const char *expect;
};

#define AT(field) offsetof(struct dns_options, field)

static const struct schema_row rows[] = {
    {.name = "recursion",
     .type = SCHEMA_BOOL,
     .offset = AT(recursion),
     .preset = "no",
     .doc = "Whether the server is asked to find the answer elsewhere (RD): yes for a resolver, no "
            "for a server that has the zone itself.",
     .example = "yes"},
    {.name = "authoritative",
     .type = SCHEMA_ENUM,
     .offset = AT(authoritative),
     .preset = "auto",
     .words = authoritative_words,
     .doc = "Whether the answer must come from a server that has the zone itself (AA); auto means "
            "yes unless recursion is asked for.",
     .example = "no"},
    {.name = "expect-record",
     .type = SCHEMA_TEXT,
     .offset = AT(expect),
     .min = 1,
     .max = 500,
     .doc = "A text that one of the records must contain, written as in a zone file.",
     .example = "\"10 mx.example.org.\""},
};

static int check_url(const char *url, struct fault *fault)
{
    struct dns_question question;
    return dns_question_read(url, &question, fault);
}

static struct dns_question question_of(const struct packet_question *question)
{
    const struct dns_options *options = question->options;
    struct dns_question dns = {.recursion = options->recursion};
    struct fault fault;
    memcpy(&dns.id, question->nonce, sizeof dns.id);
    int rc = dns_question_read(question->url, &dns, &fault);
    assert(rc == 0); /* check_url() has passed it */
    return dns;
}

/* Over TCP a message follows its length. */
static size_t build(const struct packet_question *question, uint8_t *ret, size_t size)
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

static enum packet_verdict judge_rcode(unsigned rcode, struct packet_answer *ret)
{
    switch (rcode) {
    case DNS_NOERROR:
        return PACKET_OTHER;
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

static bool wants_authority(const struct dns_options *options)
{
    return options->authoritative == AUTHORITATIVE_AUTO
               ? !options->recursion
               : options->authoritative == AUTHORITATIVE_YES;
}

static enum packet_verdict judge_expected(const struct dns_message *message,
                                          const struct dns_answers *answers, const char *expect,
                                          struct packet_answer *ret)
{
    char text[DNS_RECORD_TEXT_SIZE] = "";
    bool found = !expect;
    for (size_t i = 0; i < answers->count; i++) {
        if (!dns_record_text(message, &answers->records[i], text))
            return packet_judged(ret, REASON_protocol_error, "a record breaks its format");
        found = found || strstr(text, expect);
    }
    if (!found)
        return packet_judged(ret, REASON_body_mismatch,
                             "none of %zu records has \"%.60s\"; one is: %s", answers->count,
                             expect, text);
    return packet_judged(ret, REASON_ok, "%s", "");
}

static enum packet_verdict judge_answers(const struct dns_question *dns,
                                         const struct dns_message *message,
                                         const struct dns_options *options,
                                         struct packet_answer *ret)
{
    struct dns_answers answers;
    if (!dns_answers_find(dns, message, &answers))
        return packet_judged(ret, REASON_protocol_error,
                             "a record of the answer breaks its format");
    if (answers.count)
        return judge_expected(message, &answers, options->expect, ret);
    /* An authoritative server has said all when the alias leads out of its zones. */
    if (answers.aliases && !options->recursion && !options->expect)
        return packet_judged(ret, REASON_ok, "%s", "");
    return packet_judged(ret, REASON_body_mismatch, "no %s record%s", dns_type_text(dns->type),
                         answers.aliases ? ", only an alias" : "");
}

static enum packet_verdict judge_message(const struct packet_question *question,
                                         const uint8_t *bytes, size_t length,
                                         struct packet_answer *ret)
{
    struct dns_question dns = question_of(question);
    struct dns_message message;
    const char *why;
    enum dns_fit fit = dns_message_read(&dns, bytes, length, &message, &why);
    if (fit == DNS_FOREIGN)
        return PACKET_OTHER;
    if (fit == DNS_GARBAGE)
        return packet_judged(ret, REASON_protocol_error, "%s", why);
    if (message.truncated && question->stream)
        return packet_judged(ret, REASON_protocol_error, "the answer is cut off even over TCP");
    if (message.truncated)
        return PACKET_CUT;
    enum packet_verdict verdict = judge_rcode(message.rcode, ret);
    if (verdict != PACKET_OTHER)
        return verdict;
    if (!message.authoritative && wants_authority(question->options))
        return packet_judged(ret, REASON_body_mismatch, "the answer is not authoritative%s",
                             message.answers == 0 && message.authorities
                                 ? ": it refers us to other servers (lame)"
                                 : "");
    return judge_answers(&dns, &message, question->options, ret);
}

static enum packet_verdict judge(const struct packet_question *question, const uint8_t *bytes,
                                 size_t length, struct packet_answer *ret)
{
    if (!question->stream)
        return judge_message(question, bytes, length, ret);
    size_t announced = length < 2 ? 0 : (size_t)bytes[0] << 8 | bytes[1];
    if (length < 2 || announced > length - 2)
        return PACKET_OTHER;
    enum packet_verdict verdict = judge_message(question, bytes + 2, announced, ret);
    return verdict == PACKET_OTHER
               ? packet_judged(ret, REASON_protocol_error, "the answer over TCP has another id")
               : verdict;
}

static const struct packet_protocol protocol = {.build = build, .judge = judge};

extern const struct probe_type probe_dns;
const struct probe_type probe_dns = {
    .name = "dns",
    .port = 53,
    .options = {"dns", rows, ARRAY_LEN(rows)},
    .options_size = sizeof(struct dns_options),
    .check_url = check_url,
    .protocol = &protocol,
    .run_size = sizeof(struct packet_run),
    .start = packet_start,
    .cancel = packet_cancel,
};
