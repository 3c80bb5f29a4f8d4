#include "encoding.h"

#include "text.h"

#include <stdint.h>
#include <string.h>

static const char utf8_mark[] = "\xEF\xBB\xBF";

static bool begins(const char *bytes, size_t length, const char *mark)
{
    size_t size = strlen(mark);
    return length >= size && memcmp(bytes, mark, size) == 0;
}

static bool is_utf16(const char *bytes, size_t length)
{
    return begins(bytes, length, "\xFF\xFE") || begins(bytes, length, "\xFE\xFF");
}

/* Eight at a time: nearly all bytes of nearly all files. */
static size_t ascii_length(const char *bytes, size_t length)
{
    size_t i = 0;
    for (uint64_t eight; i + sizeof eight <= length; i += sizeof eight) {
        memcpy(&eight, bytes + i, sizeof eight);
        if (eight & 0x8080808080808080u)
            break;
    }
    while (i < length && !((unsigned char)bytes[i] & 0x80))
        i++;
    return i;
}

/* Where the first byte stands that is of no character; NULL = there is none. */
static const char *first_invalid(const char *bytes, size_t length)
{
    const char *end = bytes + length;
    for (bytes += ascii_length(bytes, length); bytes < end;
         bytes += ascii_length(bytes, (size_t)(end - bytes))) {
        const char *start = bytes;
        if (text_next_char(&bytes, end) == 0xFFFD && !text_is_utf8(start, (size_t)(bytes - start)))
            return start;
    }
    return NULL;
}

static size_t line_of(const char *bytes, const char *place, char line_end)
{
    size_t line = 1;
    while ((bytes = memchr(bytes, line_end, (size_t)(place - bytes)))) {
        line++;
        bytes++;
    }
    return line;
}

static void from_latin1(const char *bytes, size_t length, struct encoding_text *ret)
{
    char *to = ret->bytes;
    for (size_t i = 0; i < length; i++) {
        unsigned char code = (unsigned char)bytes[i];
        if (code >= 0x80) {
            *to++ = (char)(0xC0 | code >> 6);
            code = 0x80 | (code & 0x3F);
        }
        *to++ = (char)code;
    }
    ret->length = (size_t)(to - ret->bytes);
}

bool encoding_read(const char *bytes, size_t length, struct arena *arena, struct remarks *remarks,
                   struct encoding_text *ret)
{
    if (is_utf16(bytes, length) || (length && memchr(bytes, '\0', length))) {
        remarks_add(remarks, is_utf16(bytes, length) ? REMARK_utf16 : REMARK_binary, 1, NULL, NULL,
                    NULL);
        return false;
    }
    if (begins(bytes, length, utf8_mark)) {
        remarks_add(remarks, REMARK_bom, 1, NULL, NULL, NULL);
        bytes += strlen(utf8_mark);
        length -= strlen(utf8_mark);
    }
    bool has_feeds = length && memchr(bytes, '\n', length);
    ret->line_end = !has_feeds && length && memchr(bytes, '\r', length) ? '\r' : '\n';
    if (ret->line_end == '\r')
        remarks_add(remarks, REMARK_cr_only, 1, NULL, NULL, NULL);
    const char *invalid = first_invalid(bytes, length);
    ret->bytes = arena_alloc(arena, (invalid ? 2 : 1) * length + 1);
    ret->length = length;
    if (invalid) {
        remarks_add(remarks, REMARK_latin1, line_of(bytes, invalid, ret->line_end), NULL, NULL,
                    NULL);
        from_latin1(bytes, length, ret);
    } else if (length) {
        memcpy(ret->bytes, bytes, length);
    }
    return true;
}
