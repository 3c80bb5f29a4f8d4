/* Questions and answers of the packet protocols, byte by byte. The nonce is 0x00 0x01 0x02 ... */
#include "packet.h"

#include "address.h"
#include "hex.h"
#include "macros.h"
#include "registry.h"
#include "testing.h"

#include <string.h>

enum { MESSAGE_MAX = 1500 };

static struct packet_question make_question(void)
{
    struct packet_question question = {.url = "x://watched.test",
                                       .host = "watched.test",

                                       .user_agent = "vibrisse/test"};
    for (size_t i = 0; i < sizeof question.nonce; i++)
        question.nonce[i] = (uint8_t)i;
    return question;
}

static const struct packet_protocol *protocol_of(const char *scheme)
{
    assert_non_null(registry_find(scheme));
    return registry_find(scheme)->protocol;
}

static void test_questions(void **state)
{
    (void)state;
    static const struct {
        const char *scheme, *hex;
    } rows[] = {
        {"ntp", "23 00 00 00  00 00 00 00 00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00"
                "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 01 02 03 04 05 06 07"},
        {"stun", "00 01 00 00 21 12 a4 42 00 01 02 03 04 05 06 07 08 09 0a 0b"},
        {"turn", "00 03 00 08 21 12 a4 42 00 01 02 03 04 05 06 07 08 09 0a 0b"
                 "00 19 00 04 11 00 00 00"},
        {"mumble", "00 00 00 00 00 01 02 03 04 05 06 07"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint8_t wanted[MESSAGE_MAX], got[DATAGRAM_QUESTION_MAX];
        size_t length = hex_read(rows[i].hex, wanted, sizeof wanted);
        struct packet_question question = make_question();
        assert_row(i, protocol_of(rows[i].scheme)->build(&question, got, sizeof got) == length);
        assert_memory_equal(got, wanted, length);
    }
}

#define STUN_ID "00 01 02 03 04 05 06 07 08 09 0a 0b"
#define NTP_REST                                                                                   \
    "00 00 00 01 00 00 00 01 'GPS' 00 00 00 00 00 00 00 00 00"                                     \
    "00 01 02 03 04 05 06 07 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 02"
#define NTP_KISS(code)                                                                             \
    "e4 00 00 00 00 00 00 00 00 00 00 00 '" code "' 00 00 00 00 00 00 00 00"                       \
    "00 01 02 03 04 05 06 07 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
#define SIP_ID "000102030405060708090a0b0c0d0e0f"
#define OTHER  REASON_COUNT

static const struct {
    const char *scheme, *hex;
    enum reason reason; /* OTHER = no answer to our question */
    const char *detail;
} answers[] = {
    {"ntp", "24 01 00 ec" NTP_REST, REASON_ok, ""},
    {"ntp", "1c 0f 00 ec" NTP_REST, REASON_ok, ""},
    {"ntp", "24 01 00 ec" NTP_REST "00 00 00 01", REASON_ok, ""}, /* with an extension */
    {"ntp", "24 10 00 ec" NTP_REST, REASON_body_mismatch, "its clock is not synchronised"},
    {"ntp", "e4 02 00 ec" NTP_REST, REASON_body_mismatch, "its clock is not synchronised"},
    {"ntp", "23 02 00 ec" NTP_REST, REASON_protocol_error, "mode 3 instead of 4"},
    {"ntp", NTP_KISS("RATE"), REASON_blocked, "RATE: it asks us to come less often"},
    {"ntp", NTP_KISS("DENY"), REASON_banner_refused, "DENY"},
    {"ntp", NTP_KISS("INIT"), REASON_body_mismatch, "it has no time to give: INIT"},
    {"ntp", "24 01 00 ec", OTHER, ""},
    {"ntp", "", OTHER, ""},
    /* RFC 5769 section 2.2, with our id */
    {"stun",
     "01 01 00 3c 21 12 a4 42" STUN_ID "80 22 00 0b 74 65 73 74 20 76 65 63 74 6f 72 20"
     "00 20 00 08 00 01 a1 47 e1 12 a6 43"
     "00 08 00 14 2b 91 f5 99 fd 9e 90 c3 8c 74 89 f9 2a f9 ba 53 f0 6b e7 d7"
     "80 28 00 04 c0 7d 4c 96",
     REASON_ok, ""},
    {"stun",
     "01 01 00 18 21 12 a4 42" STUN_ID
     "00 20 00 14 00 02 a1 47 01 13 a9 fa a5 d3 f1 79 bc 25 f4 b5 be d2 b9 d9",
     REASON_ok, ""},
    {"stun", "01 01 00 0c 21 12 a4 42" STUN_ID "00 01 00 08 00 01 a1 47 e1 12 a6 43",
     REASON_body_mismatch, "it does not say our address"},
    {"stun", "01 01 00 0c 21 12 a4 42" STUN_ID "00 20 00 08 00 02 a1 47 e1 12 a6 43",
     REASON_body_mismatch, "it does not say our address"},
    {"stun", "01 01 00 0c 21 12 a4 42" STUN_ID "00 20 00 09 00 01 a1 47 e1 12 a6 43",
     REASON_protocol_error, "the answer breaks its format"},
    {"stun", "01 01 00 10 21 12 a4 42" STUN_ID "00 20 00 08 00 01 a1 47 e1 12 a6 43",
     REASON_protocol_error, "the answer breaks its format"},
    {"stun", "01 01 00 02 21 12 a4 42" STUN_ID "00 20", REASON_protocol_error,
     "the answer breaks its format"},
    {"stun", "01 01 00 04 21 12 a4 42" STUN_ID "00 20 ff ff", REASON_protocol_error,
     "the answer breaks its format"},
    {"stun", "01 11 00 08 21 12 a4 42" STUN_ID "00 09 00 04 00 00 04 14", REASON_banner_refused,
     "error 420"},
    {"stun", "00 01 00 00 21 12 a4 42" STUN_ID, REASON_protocol_error, "an answer of type 0x0001"},
    {"stun", "01 01 00 00 21 12 a4 42 01 01 02 03 04 05 06 07 08 09 0a 0b", OTHER, ""},
    {"stun", "01 01 00 00 00 00 00 00" STUN_ID, OTHER, ""},
    {"stun", "01 01", OTHER, ""},
    {"turn",
     "01 13 00 24 21 12 a4 42" STUN_ID "00 09 00 10 00 00 04 01 'Unauthorized'"
     "00 14 00 04 'test' 00 15 00 04 'abcd'",
     REASON_ok, ""},
    {"turn", "01 13 00 10 21 12 a4 42" STUN_ID "00 09 00 04 00 00 04 01 00 15 00 04 'abcd'",
     REASON_body_mismatch, "it asks for credentials without a realm"},
    {"turn", "01 13 00 10 21 12 a4 42" STUN_ID "00 09 00 04 00 00 04 01 00 14 00 01 'a   '",
     REASON_body_mismatch, "it asks for credentials without a nonce"},
    {"turn", "01 13 00 08 21 12 a4 42" STUN_ID "00 09 00 04 00 00 05 08", REASON_banner_refused,
     "error 508"},
    {"turn", "01 13 00 00 21 12 a4 42" STUN_ID, REASON_banner_refused, "error 0"},
    {"turn", "01 03 00 00 21 12 a4 42" STUN_ID, REASON_ok, ""},
    {"turn", "01 01 00 00 21 12 a4 42" STUN_ID, REASON_protocol_error, "an answer of type 0x0101"},
    {"mumble", "00 01 02 03 00 01 02 03 04 05 06 07 00 00 00 05 00 00 00 64 00 01 fb d0", REASON_ok,
     ""},
    {"mumble", "00 01 02 03 00 01 02 03 04 05 06 07", REASON_protocol_error,
     "an answer of 12 bytes instead of 24"},
    {"mumble", "00 01 02 03 00 01 02 03 04 05 06 08 00 00 00 05 00 00 00 64 00 01 fb d0", OTHER,
     ""},
    {"mumble", "00 01 02 03", OTHER, ""},
    {"sip", "'SIP/2.0 200 OK' 0d0a 'Call-ID: " SIP_ID "' 0d0a 'CSeq: 1 OPTIONS' 0d0a 0d0a",
     REASON_ok, ""},
    {"sip", "'SIP/2.0 403 No' 0d0a 'cseq : 1 OPTIONS' 0d0a 'i:" SIP_ID " ' 0d0a 0d0a", REASON_ok,
     ""},
    {"sip", "'SIP/2.0 404 ' 0a 'I:" SIP_ID "' 0a 'CSEQ:1 OPTIONS'", REASON_ok, ""},
    {"sip", "'SIP/2.0 503 Busy' 0d0a 'i: " SIP_ID "' 0d0a 'CSeq: 1 OPTIONS' 0d0a 0d0a",
     REASON_http_status, "SIP 503"},
    {"sip", "'SIP/2.0 200 OK' 0d0a 'CSeq: 1 OPTIONS' 0d0a 0d0a 'Call-ID: " SIP_ID "' 0d0a", OTHER,
     ""},
    {"sip", "'SIP/2.0 200 OK' 0d0a 'Call-ID: " SIP_ID "0' 0d0a 'CSeq: 1 OPTIONS' 0d0a", OTHER, ""},
    {"sip", "'SIP/2.0 200 OK' 0d0a 'Call-ID: " SIP_ID "' 0d0a 'CSeq: 2 OPTIONS' 0d0a", OTHER, ""},
    {"sip", "'SIP/2.0 2x0 OK' 0d0a 'Call-ID: " SIP_ID "' 0d0a 'CSeq: 1 OPTIONS' 0d0a", OTHER, ""},
    {"sip", "'SIP/2.0 999 OK' 0d0a 'Call-ID: " SIP_ID "' 0d0a 'CSeq: 1 OPTIONS' 0d0a", OTHER, ""},
    {"sip", "'OPTIONS sip:watched.test SIP/2.0' 0d0a 'Call-ID: " SIP_ID "' 0d0a", OTHER, ""},
    {"sip", "'SIP/2.0 200'", OTHER, ""},
};

/* In a block of exactly its size, so that a read beyond it is caught. */
static enum packet_verdict judge(const char *scheme, const char *hex, struct packet_answer *ret)
{
    uint8_t room[MESSAGE_MAX];
    size_t length = hex_read(hex, room, sizeof room);
    uint8_t *bytes = test_malloc(length);
    memcpy(bytes, room, length);
    struct packet_question question = make_question();
    *ret = (struct packet_answer){.reason = REASON_ok};
    enum packet_verdict verdict = protocol_of(scheme)->judge(&question, bytes, length, ret);
    test_free(bytes);
    return verdict;
}

static void test_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        struct packet_answer answer;
        enum packet_verdict verdict = judge(answers[i].scheme, answers[i].hex, &answer);
        if (answers[i].reason == OTHER) {
            assert_row(i, verdict == PACKET_OTHER);
            continue;
        }
        if (verdict != PACKET_ANSWER || answer.reason != answers[i].reason ||
            strcmp(answer.detail, answers[i].detail) != 0)
            fail_msg("row %zu, %s: %d %s \"%s\"", i, answers[i].scheme, verdict,
                     reason_code(answer.reason), answer.detail);
    }
}

static void test_sip_question(void **state)
{
    (void)state;
    static const struct {
        const char *host, *from, *uri, *via;
    } rows[] = {
        {"sip.example.org", "192.0.2.7", "OPTIONS sip:sip.example.org SIP/2.0\r\n",
         "\r\nVia: SIP/2.0/UDP 192.0.2.7:4242;branch=z9hG4bK0001020304050607;rport\r\n"},
        {"2001:db8::1", "2001:db8::7", "OPTIONS sip:[2001:db8::1] SIP/2.0\r\n",
         "\r\nVia: SIP/2.0/UDP [2001:db8::7]:4242;branch=z9hG4bK"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct packet_question question = make_question();
        struct sockaddr_storage from;
        char text[DATAGRAM_QUESTION_MAX + 1];
        assert_int_equal(address_parse(rows[i].from, 4242, &from), 0);
        question.host = rows[i].host;
        question.from = (struct sockaddr *)&from;
        size_t length = protocol_of("sip")->build(&question, (uint8_t *)text, sizeof text - 1);
        text[length] = '\0';
        assert_row(i,
                   strlen(text) == length && strncmp(text, rows[i].uri, strlen(rows[i].uri)) == 0);
        assert_row(i, strstr(text, rows[i].via));
        assert_row(i, strstr(text, "\r\nCall-ID: " SIP_ID "\r\n"));
        assert_row(i, strcmp(text + length - 4, "\r\n\r\n") == 0);
    }
}

/* What Mumble's other carrier says first. */
static void test_besides(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        enum reason reason;
        const char *detail;
    } rows[] = {
        {"00 00 00 00 00 03 08 80 0a", REASON_ok, ""},
        {"00 00 00 00 00 00", REASON_ok, ""},
        {"00 00 00 00 00 01 08 00 04 00 00 00 00", REASON_ok, ""}, /* and what comes next */
        {"00 00 00 00 00 03 08 80", OTHER, ""},
        {"00 00 00 00 00", OTHER, ""},
        {"00 04 00 00 00 00", REASON_protocol_error, "a message of type 4 and 0 bytes first"},
        {"00 00 00 00 10 01", REASON_protocol_error, "a message of type 0 and 4097 bytes first"},
        {"'SSH-2.0-'", REASON_protocol_error, "a message of type 21331 and 1210921518 bytes first"},
    };
    const struct packet_protocol *protocol = protocol_of("mumble")->besides;
    assert_non_null(protocol);
    assert_int_equal(protocol->rule, TRUST_FIRST_USE);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint8_t room[MESSAGE_MAX];
        struct packet_question question = make_question();
        struct packet_answer answer = {.reason = REASON_ok};
        size_t length = hex_read(rows[i].hex, room, sizeof room);
        enum packet_verdict verdict = protocol->judge(&question, room, length, &answer);
        assert_row(i, (verdict == PACKET_OTHER) == (rows[i].reason == OTHER));
        assert_row(i, rows[i].reason == OTHER || answer.reason == rows[i].reason);
        assert_string_equal(answer.detail, rows[i].detail);
    }
}

/* Every beginning of every good answer is either no answer or a bad one. */
static void test_cut_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        uint8_t room[MESSAGE_MAX];
        size_t length = hex_read(answers[i].hex, room, sizeof room);
        struct packet_question question = make_question();
        for (size_t cut = 0; cut < length; cut++) {
            uint8_t *bytes = test_malloc(cut);
            struct packet_answer answer = {.reason = REASON_ok};
            memcpy(bytes, room, cut);
            enum packet_verdict verdict =
                protocol_of(answers[i].scheme)->judge(&question, bytes, cut, &answer);
            if (strcmp(answers[i].scheme, "sip") != 0 && strcmp(answers[i].scheme, "ntp") != 0)
                assert_row(i, verdict == PACKET_OTHER || answer.reason != REASON_ok);
            test_free(bytes);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_questions),    cmocka_unit_test(test_answers),
        cmocka_unit_test(test_sip_question), cmocka_unit_test(test_besides),
        cmocka_unit_test(test_cut_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
