#include "writer.h"

#include "digits.h"
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { CHUNK = 240 };

static void escape_byte(struct buffer *out, char byte)
{
    switch (byte) {
    case '&':
        html_raw(out, "&amp;");
        break;
    case '<':
        html_raw(out, "&lt;");
        break;
    case '>':
        html_raw(out, "&gt;");
        break;
    case '"':
        html_raw(out, "&quot;");
        break;
    case '\'':
        html_raw(out, "&#39;");
        break;
    default:
        buffer_byte(out, byte);
    }
}

static bool is_markup(char byte)
{
    return byte == '&' || byte == '<' || byte == '>' || byte == '"' || byte == '\'';
}

/* Rows of sixteen bytes. */
#define ALL(n)   n, n, n, n, n, n, n, n, n, n, n, n, n, n, n, n
#define QUOTES   0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0 /* " & ' */
#define BRACKETS 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0 /* < > */
#define DELETE   0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
#define NO_ASCII ALL(1), ALL(1), ALL(1), ALL(1), ALL(1), ALL(1), ALL(1), ALL(1)

/* The bytes to which something is done. */
static const unsigned char special[256] = {ALL(1), ALL(1), QUOTES, BRACKETS, ALL(0),
                                           ALL(0), ALL(0), DELETE, NO_ASCII};

static int is_special(char byte)
{
    return special[(unsigned char)byte];
}

/* The length of a letter with an accent, a space that does not break, a dash, an apostrophe or a quotation mark; 0 = none of
 * them. They are in nearly every French sentence, and nothing is done to them either. */
static size_t plain_letter(const char *text, const char *end)
{
    unsigned char lead = (unsigned char)text[0], second, third;
    if (lead < 0xC2 || end - text < 2)
        return 0;
    second = (unsigned char)text[1];
    if (lead == 0xC3)
        return (second & 0xC0) == 0x80 ? 2 : 0;
    if (lead == 0xC2)
        return second >= 0xA0 && second <= 0xBF ? 2 : 0;
    if (lead != 0xE2 || second != 0x80 || end - text < 3)
        return 0;
    third = (unsigned char)text[2];
    return (third >= 0x90 && third <= 0xA7) || third == 0xAF ? 3 : 0;
}

/* Where something has to be done to the text. */
static const char *plain_end(const char *text, const char *end)
{
    const char *at = text;
    for (size_t letter;; at += letter) {
        while (end - at >= 4 &&
               !(is_special(at[0]) | is_special(at[1]) | is_special(at[2]) | is_special(at[3])))
            at += 4;
        while (at < end && !is_special(*at))
            at++;
        if (at == end || !(letter = plain_letter(at, end)))
            return at;
    }
}

/* Characters that may have to be replaced, up to the first that has not. Returns where they end. */
static const char *add_clean(struct buffer *out, const char *text, const char *end)
{
    char clean[3 * (CHUNK + 4) + 1]; /* an invalid byte becomes three */
    const char *next = text;
    do
        text_next_char(&next, end);
    while (next < end && next - text < CHUNK && is_special(*next) && !is_markup(*next));
    text_clean(clean, sizeof clean, text, (size_t)(next - text));
    buffer_text_add(out, clean);
    return next;
}

void html_text_part(struct buffer *out, const char *text, size_t length)
{
    const char *end = text + length;
    while (text < end) {
        const char *plain = plain_end(text, end); /* mostly all of it */
        buffer_add(out, text, (size_t)(plain - text));
        text = plain;
        if (text < end && is_markup(*text))
            escape_byte(out, *text++);
        else if (text < end)
            text = add_clean(out, text, end);
    }
}

void html_text(struct buffer *out, const char *text)
{
    html_text_part(out, text, strlen(text));
}

void html_number(struct buffer *out, int64_t number)
{
    buffer_number(out, number);
}

/* True when it is written. Not where the nearest two numbers are as near: there printf knows better. */
static bool write_rounded(struct buffer *out, double number, int decimals)
{
    static const int scales[] = {1, 10, 100};
    if (decimals < 0 || decimals >= (int)(sizeof scales / sizeof *scales) || !(fabs(number) < 1e9))
        return false;
    double scaled = fabs(number) * scales[decimals];
    int64_t value = (int64_t)scaled, scale = scales[decimals];
    double rest = scaled - (double)value;
    if (fabs(rest - .5) < 1e-6)
        return false;
    value += rest > .5;
    char text[1 + DIGITS_MAX + 3], *end = text;
    if (number < 0 && value)
        *end++ = '-';
    for (; decimals > 0 && value % 10 == 0; decimals--, scale /= 10)
        value /= 10;
    end = digits_put(end, value / scale, 0);
    if (decimals > 0) {
        *end++ = '.';
        end = digits_put(end, value % scale, decimals);
    }
    buffer_add(out, text, (size_t)(end - text));
    return true;
}

void html_real(struct buffer *out, double number, int decimals)
{
    char text[64];
    if (write_rounded(out, number, decimals))
        return;
    if (!isfinite(number) || fabs(number) > 1e12)
        number = 0;
    int length = snprintf(text, sizeof text, "%.*f", decimals, number);
    if (strchr(text, '.')) {
        while (text[length - 1] == '0')
            length--;
        if (text[length - 1] == '.')
            length--;
        text[length] = '\0';
    }
    buffer_text_add(out, strcmp(text, "-0") == 0 ? "0" : text);
}

void html_attr_write(struct buffer *out, const char *opening, size_t length, const char *value)
{
    buffer_add(out, opening, length);
    html_text(out, value);
    html_raw(out, "\"");
}

static bool has_scheme(const char *url, const char *scheme)
{
    return strncasecmp(url, scheme, strlen(scheme)) == 0;
}

/* A browser drops control characters before it reads the scheme: such an address is none of the good ones. */
static bool has_hidden_bytes(const char *url)
{
    for (; *url; url++)
        if ((unsigned char)*url <= ' ' || *url == 0x7F || *url == '\\')
            return true;
    return false;
}

static bool has_web_scheme(const char *url)
{
    return has_scheme(url, "https://") || has_scheme(url, "http://") || has_scheme(url, "mailto:");
}

bool html_is_web_address(const char *url)
{
    return has_web_scheme(url) && !has_hidden_bytes(url);
}

bool html_href_allowed(const char *url)
{
    if (!*url || has_hidden_bytes(url) || text_starts(url, "//"))
        return false;
    return url[strcspn(url, ":/?#")] != ':' || has_web_scheme(url);
}

void html_href(struct buffer *out, const char *url)
{
    if (html_href_allowed(url))
        html_attr(out, "href", url);
}
