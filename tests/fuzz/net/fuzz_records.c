/* Any bytes as a message that answers the very question that it repeats. */
#include "records.h"

#include <assert.h>
#include <string.h>

enum { HEADER_SIZE = 12 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static bool repeat_question(const uint8_t *bytes, size_t length, struct dns_question *ret)
{
    const struct dns_message message = {.bytes = bytes, .length = length};
    size_t cursor = HEADER_SIZE;
    if (length < HEADER_SIZE || !dns_name_read(&message, &cursor, &ret->name) ||
        cursor + 2 > length)
        return false;
    ret->id = (uint16_t)(bytes[0] << 8 | bytes[1]);
    ret->type = (uint16_t)(bytes[cursor] << 8 | bytes[cursor + 1]);
    return true;
}

static void check_record(uint16_t type, const struct record *record)
{
    if (type == DNS_TLSA)
        assert(record->tlsa.length <= RECORDS_TLSA_MAX);
    else
        assert(memchr(record->text, '\0', sizeof record->text));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct dns_question question = {0};
    struct dns_message message;
    struct records_answer answer;
    const char *why;
    if (!repeat_question(bytes, length, &question) ||
        dns_message_read(&question, bytes, length, &message, &why) != DNS_FITS ||
        !records_read(&question, &message, &answer))
        return 0;
    assert(answer.count <= RECORDS_MAX);
    for (size_t i = 0; i < answer.count; i++)
        check_record(question.type, &answer.records[i]);
    return 0;
}
