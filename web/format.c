#include "format.h"

#include "calendar.h"
#include "day_words.h"
#include "digits.h"
#include "macros.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NO_BREAK        "\u00A0"
#define NARROW_NO_BREAK "\u202F"

struct number_style {
    const char *language, *decimal, *thousands, *before_percent;
};

static const struct number_style *style_of(const struct words *words)
{
    static const struct number_style styles[] = {
        {"en", ".", ",", ""},
        {"fr", ",", NARROW_NO_BREAK, NARROW_NO_BREAK},
    };
    for (size_t i = 0; i < ARRAY_LEN(styles); i++)
        if (strcmp(styles[i].language, words->language) == 0)
            return &styles[i];
    return &styles[0];
}

/* One message with values. */
static const char *fill(const struct format *format, const char *message,
                        const struct word_value *values)
{
    return words_format(format->arena, words_get(format->words, message), values);
}

/* Room for any number with its separators, its decimals and its sign. */
enum { NUMBER_MAX = 64 };

static const char *keep(const struct format *format, const char *text, const char *end)
{
    return arena_bytes(format->arena, text, (size_t)(end - text));
}

static const char *digits(const struct format *format, int64_t n, int least)
{
    char text[DIGITS_MAX];
    return keep(format, text, digits_put(text, n, least));
}

static const char *number(const struct format *format, int64_t n)
{
    return digits(format, n, 0);
}

static const char *padded(const struct format *format, int n)
{
    return digits(format, n, 2);
}

static const char *join(const struct format *format, const char *first, const char *between,
                        const char *last)
{
    size_t a = strlen(first), b = strlen(between), c = strlen(last);
    char *text = arena_alloc(format->arena, a + b + c + 1);
    memcpy(text, first, a);
    memcpy(text + a, between, b);
    memcpy(text + a + b, last, c);
    return text;
}

static char *put_text(char *to, const char *text)
{
    size_t length = strlen(text);
    memcpy(to, text, length);
    return to + length;
}

/* A message in which nothing varies but {n}, as most figures are. */
static const char *with_number(const struct format *format, const char *message, const char *digits,
                               const char *end)
{
    static const char name[] = "{n}";
    const char *text = words_get(format->words, message), *at = strstr(text, name);
    if (!at)
        return text;
    size_t before = (size_t)(at - text), length = (size_t)(end - digits);
    const char *rest = at + sizeof name - 1;
    size_t after = strlen(rest);
    char *whole = arena_alloc(format->arena, before + length + after + 1);
    memcpy(whole, text, before);
    memcpy(whole + before, digits, length);
    memcpy(whole + before + length, rest, after);
    return whole;
}

static char *put_count(const struct format *format, char *to, int64_t n)
{
    if (n < 0) {
        *to++ = '-';
        n = -n;
    }
    if (n < 1000)
        return digits_put(to, n, 0);
    to = put_text(put_count(format, to, n / 1000), style_of(format->words)->thousands);
    return digits_put(to, n % 1000, 3);
}

const char *format_count(const struct format *format, int64_t n)
{
    char text[NUMBER_MAX];
    return keep(format, text, put_count(format, text, n));
}

const char *format_percent(const struct format *format, int64_t e5, int decimals)
{
    const struct number_style *style = style_of(format->words);
    char text[NUMBER_MAX], *end = digits_put(text, e5 / 1000, 0);
    if (e5 != 0 && e5 != 100000 && decimals != 0) {
        int64_t rest = e5 % 1000;
        for (int i = decimals; i < 3; i++)
            rest /= 10;
        end = digits_put(put_text(end, style->decimal), rest, decimals);
    }
    return keep(format, text, put_text(put_text(end, style->before_percent), "%"));
}

static const char *count_of(const struct format *format, const char *message, int64_t n)
{
    char text[NUMBER_MAX];
    return with_number(format, message, text, put_count(format, text, n));
}

/* The largest unit that is not zero and the one below it, if that is not zero either. */
const char *format_duration(const struct format *format, int64_t seconds)
{
    static const struct {
        int64_t size;
        const char *message;
    } units[] = {{86400, N_("{n} d")}, {3600, N_("{n} h")}, {60, N_("{n} min")}, {1, N_("{n} s")}};
    size_t unit = 0;
    while (unit + 1 < ARRAY_LEN(units) && seconds < units[unit].size)
        unit++;
    const char *text = count_of(format, units[unit].message, seconds / units[unit].size);
    int64_t rest = seconds % units[unit].size;
    if (unit + 1 == ARRAY_LEN(units) || rest < units[unit + 1].size)
        return text;
    return join(format, text, NO_BREAK,
                count_of(format, units[unit + 1].message, rest / units[unit + 1].size));
}

const char *format_duration_short(const struct format *format, int64_t seconds)
{
    return format_duration(format, seconds < 60 ? seconds : seconds - seconds % 60);
}

static const char *one_decimal(const struct format *format, const char *message, double value)
{
    char text[NUMBER_MAX];
    int64_t tenths = (int64_t)llround(value * 10);
    char *end = put_count(format, text, tenths / 10);
    if (tenths % 10)
        end = digits_put(put_text(end, style_of(format->words)->decimal), tenths % 10, 0);
    return with_number(format, message, text, end);
}

const char *format_latency(const struct format *format, double ms)
{
    if (!isfinite(ms) || ms <= 0 || ms > 1e12)
        return "\u2013";
    if (ms < 0.05)
        return one_decimal(format, N_("under {n} ms"), 0.1);
    if (ms < 9.95)
        return one_decimal(format, N_("{n} ms"), ms);
    if (ms < 999.5)
        return count_of(format, N_("{n} ms"), llround(ms));
    return one_decimal(format, N_("{n} s"), ms / 1000);
}

static const char *const months[] = {
    N_("January"), N_("February"), N_("March"),     N_("April"),   N_("May"),      N_("June"),
    N_("July"),    N_("August"),   N_("September"), N_("October"), N_("November"), N_("December"),
};

static const char *const weekdays[] = {
    N_("Sunday"),   N_("Monday"), N_("Tuesday"),  N_("Wednesday"),
    N_("Thursday"), N_("Friday"), N_("Saturday"),
};

/* Marks a text with its context where it stands, as N_ does without. */
#define NC_(context, text) text

static const char *const short_months[] = {
    NC_("short", "Jan"), NC_("short", "Feb"), NC_("short", "Mar"), NC_("short", "Apr"),
    NC_("short", "May"), NC_("short", "Jun"), NC_("short", "Jul"), NC_("short", "Aug"),
    NC_("short", "Sep"), NC_("short", "Oct"), NC_("short", "Nov"), NC_("short", "Dec"),
};

const char *format_weekday(const struct format *format, int64_t time)
{
    return words_get(format->words, weekdays[calendar_at(time).weekday]);
}

static const char *day_of_month(const struct format *format, int day)
{
    if (day == 1)
        return words_context(format->words, "first day of a month",
                             NC_("first day of a month", "1"));
    return number(format, day);
}

static const char *whole_date(const struct format *format, const struct calendar_time *at)
{
    return fill(format, N_("{day} {month} {year}"),
                VALUES(word_plain("day", day_of_month(format, at->day)),
                       word_plain("month", words_get(format->words, months[at->month - 1])),
                       word_plain("year", number(format, at->year))));
}

static const char *day_and_month(const struct format *format, const struct calendar_time *at)
{
    return fill(format, N_("{day} {month}"),
                VALUES(word_plain("day", day_of_month(format, at->day)),
                       word_plain("month", words_get(format->words, months[at->month - 1]))));
}

static char *put_day(char *to, const struct calendar_time *at)
{
    to = digits_put(to, at->year, 4);
    *to++ = '-';
    to = digits_put(to, at->month, 2);
    *to++ = '-';
    return digits_put(to, at->day, 2);
}

static void write_down(struct day_word *day, const struct format *format, int64_t time)
{
    char stamp[3 * DIGITS_MAX];
    struct calendar_time at = calendar_at(time);
    *put_day(stamp, &at) = '\0';
    day->year = at.year;
    day->written = text_copy(day->stamp, sizeof day->stamp, stamp) &&
                   text_copy(day->name, sizeof day->name, day_and_month(format, &at)) &&
                   text_copy(day->date, sizeof day->date, whole_date(format, &at));
}

/* NULL: it is kept nowhere. */
static const struct day_word *written_day(const struct format *format, int64_t time)
{
    if (!format->day_words)
        return NULL;
    struct day_word *day =
        day_words_place(format->day_words, format->words->language, calendar_number(time));
    if (day && !day->written)
        write_down(day, format, time);
    return day && day->written ? day : NULL;
}

static int year_at(const struct format *format, int64_t time)
{
    const struct day_word *day = written_day(format, time);
    return day ? day->year : calendar_at(time).year;
}

const char *format_date(const struct format *format, int64_t time)
{
    const struct day_word *day = written_day(format, time);
    if (day)
        return arena_text(format->arena, day->date);
    struct calendar_time at = calendar_at(time);
    return whole_date(format, &at);
}

const char *format_day(const struct format *format, int64_t time, int64_t now)
{
    int year = year_at(format, now);
    const struct day_word *day = written_day(format, time);
    if (day)
        return arena_text(format->arena, day->year == year ? day->name : day->date);
    struct calendar_time at = calendar_at(time);
    return at.year == year ? day_and_month(format, &at) : whole_date(format, &at);
}

const char *format_month(const struct format *format, int64_t time)
{
    struct calendar_time at = calendar_at(time);
    return fill(format, N_("{month} {year}"),
                VALUES(word_plain("month", words_get(format->words, months[at.month - 1])),
                       word_plain("year", number(format, at.year))));
}

const char *format_month_short(const struct format *format, int64_t time)
{
    return words_context(format->words, "short", short_months[calendar_at(time).month - 1]);
}

const char *format_day_short(const struct format *format, int64_t time)
{
    return fill(format, N_("{day} {month}"),
                VALUES(word_plain("day", day_of_month(format, calendar_at(time).day)),
                       word_plain("month", format_month_short(format, time))));
}

const char *format_clock(const struct format *format, int64_t time)
{
    struct calendar_time at = calendar_at(time);
    return fill(format, N_("{hour}:{minute}"),
                VALUES(word_plain("hour", number(format, at.hour)),
                       word_plain("minute", padded(format, at.minute))));
}

static char *put_clock(char *to, const struct calendar_time *at)
{
    to = digits_put(to, at->hour, 2);
    *to++ = ':';
    to = digits_put(to, at->minute, 2);
    *to++ = ':';
    return digits_put(to, at->second, 2);
}

const char *format_clock_exact(const struct format *format, int64_t time)
{
    char text[3 * DIGITS_MAX];
    struct calendar_time at = calendar_at(time);
    return keep(format, text, put_clock(text, &at));
}

static const char *with_day(const struct format *format, int64_t time, int64_t now,
                            const char *clock)
{
    if (calendar_number(time) == calendar_number(now))
        return clock;
    return fill(
        format, N_("{date}, {clock}"),
        VALUES(word_plain("date", format_day(format, time, now)), word_plain("clock", clock)));
}

const char *format_moment(const struct format *format, int64_t time, int64_t now)
{
    return with_day(format, time, now, format_clock(format, time));
}

const char *format_moment_exact(const struct format *format, int64_t time, int64_t now)
{
    return with_day(format, time, now, format_clock_exact(format, time));
}

const char *format_stamp_day(const struct format *format, int64_t time)
{
    const struct day_word *day = written_day(format, time);
    if (day)
        return arena_text(format->arena, day->stamp);
    char text[3 * DIGITS_MAX];
    struct calendar_time at = calendar_at(time);
    return keep(format, text, put_day(text, &at));
}

const char *format_stamp(const struct format *format, int64_t time)
{
    struct calendar_time at = calendar_at(time);
    int minutes = abs(at.offset_s) / 60;
    char text[8 * DIGITS_MAX], *to = put_day(text, &at);
    *to++ = 'T';
    to = put_clock(to, &at);
    *to++ = at.offset_s < 0 ? '-' : '+';
    to = digits_put(to, minutes / 60, 2);
    *to++ = ':';
    to = digits_put(to, minutes % 60, 2);
    return keep(format, text, to);
}
