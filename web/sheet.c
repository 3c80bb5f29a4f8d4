#include "sheet.h"

#include "calendar.h"
#include "macros.h"

#include <assert.h>
#include <string.h>

enum { VALUES_MAX = 8 };

void sheet_open(struct sheet *sheet, const struct page *page, struct buffer *out, const char *root,
                const char *top)
{
    *sheet = (struct sheet){.page = page, .out = out, .root = root, .top = top};
    bool known = words_open(&sheet->words, page->language);
    assert(known);
    (void)known;
    sheet->format = (struct format){&sheet->arena, &sheet->words, page->day_words};
}

void sheet_close(struct sheet *sheet)
{
    arena_free(&sheet->arena);
}

void sheet_value(struct sheet *sheet, const struct word_value *value)
{
    struct buffer *out = sheet->out;
    switch (value->mark) {
    case WORD_STRONG:
        html_raw(out, "<b>");
        html_text(out, value->text);
        html_raw(out, "</b>");
        break;
    case WORD_CODE:
        html_raw(out, "<code>");
        html_text(out, value->text);
        html_raw(out, "</code>");
        break;
    case WORD_LINK:
        html_raw(out, "<a");
        html_href(out, value->target);
        html_raw(out, ">");
        html_text(out, value->text);
        html_raw(out, "</a>");
        break;
    case WORD_TIME:
        html_raw(out, "<time");
        html_attr(out, "datetime", value->target);
        html_raw(out, ">");
        html_text(out, value->text);
        html_raw(out, "</time>");
        break;
    case WORD_DATA:
        html_raw(out, "<data");
        html_attr(out, "value", value->target);
        html_attr(out, "data-of", value->of);
        html_raw(out, ">");
        html_text(out, value->text);
        html_raw(out, "</data>");
        break;
    case WORD_PLAIN:
        html_text(out, value->text);
    }
}

static void write_message(struct sheet *sheet, const char *message, const struct word_value *values)
{
    struct word_piece piece;
    while (words_next(&message, values, &piece)) {
        html_text_part(sheet->out, piece.text, piece.length);
        if (piece.value)
            sheet_value(sheet, piece.value);
    }
}

/* `values` with {n} before them. */
static void with_count(struct sheet *sheet, int64_t n, const struct word_value *values,
                       struct word_value ret[VALUES_MAX])
{
    size_t count = 0;
    ret[count++] = word_plain("n", format_count(&sheet->format, n));
    for (; values && values->name; values++) {
        assert(count + 1 < VALUES_MAX);
        ret[count++] = *values;
    }
    ret[count] = (struct word_value){.name = NULL};
}

void sheet_say(struct sheet *sheet, const char *message, const struct word_value *values)
{
    write_message(sheet, words_get(&sheet->words, message), values);
}

void sheet_say_plural(struct sheet *sheet, const char *one, const char *many, int64_t n,
                      const struct word_value *values)
{
    struct word_value all[VALUES_MAX];
    with_count(sheet, n, values, all);
    write_message(sheet, words_plural(&sheet->words, one, many, n), all);
}

const char *sheet_text(struct sheet *sheet, const char *message, const struct word_value *values)
{
    return words_format(&sheet->arena, words_get(&sheet->words, message), values);
}

const char *sheet_text_plural(struct sheet *sheet, const char *one, const char *many, int64_t n,
                              const struct word_value *values)
{
    struct word_value all[VALUES_MAX];
    with_count(sheet, n, values, all);
    return words_format(&sheet->arena, words_plural(&sheet->words, one, many, n), all);
}

struct word_value sheet_moment(struct sheet *sheet, const char *name, int64_t time)
{
    const struct format *format = &sheet->format;
    return word_time(name, format_moment(format, time, sheet->page->now),
                     format_stamp(format, time));
}

/* With its day even when that is today: in French «depuis 3 h 55» could be how long. */
struct word_value sheet_since(struct sheet *sheet, const char *name, int64_t time)
{
    const struct format *format = &sheet->format;
    const char *text =
        sheet_text(sheet, N_("since {date}, {clock}"),
                   VALUES(word_plain("clock", format_clock(format, time)),
                          word_plain("date", format_day(format, time, sheet->page->now))));
    return word_time(name, text, format_stamp(format, time));
}

struct word_value sheet_day(struct sheet *sheet, const char *name, int64_t time)
{
    return word_time(name, format_day(&sheet->format, time, sheet->page->now),
                     format_stamp_day(&sheet->format, time));
}

struct word_value sheet_date(struct sheet *sheet, const char *name, int64_t time)
{
    return word_time(name, format_date(&sheet->format, time),
                     format_stamp_day(&sheet->format, time));
}

struct word_value sheet_duration(struct sheet *sheet, const char *name, int64_t seconds)
{
    return word_plain(name, format_duration(&sheet->format, seconds));
}
